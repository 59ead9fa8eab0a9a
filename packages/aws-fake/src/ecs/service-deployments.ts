import { pageOf } from '../paging.js';
import { anyObject, integer, listOf, oneOf, required, shape, text } from '../wire/checks.js';
import { type OperationTable, operation } from '../wire/operation.js';
import { invalidParameter } from '../wire/service-error.js';
import { requireCluster } from './clusters.js';
import { requireService } from './services.js';
import type { EcsState } from './state.js';
import { writeDeployment, writeDeploymentBriefly } from './write-service.js';

const MAX_DESCRIBED = 20;

export function serviceDeploymentOperations(state: EcsState): OperationTable {
  return {
    ListServiceDeployments: operation(
      shape({
        service: required(text),
        cluster: text,
        status: listOf(
          oneOf(
            'PENDING',
            'SUCCESSFUL',
            'STOPPED',
            'STOP_REQUESTED',
            'IN_PROGRESS',
            'ROLLBACK_REQUESTED',
            'ROLLBACK_IN_PROGRESS',
            'ROLLBACK_SUCCESSFUL',
            'ROLLBACK_FAILED',
          ),
        ),
        createdAt: anyObject,
        nextToken: text,
        maxResults: integer,
      }),
      ({ status, ...input }) => {
        const service = requireService(state, requireCluster(state, input.cluster), input.service);
        const matching = service.deployments.filter((deployment) => status?.some((wanted) => wanted === deployment.status) ?? true);
        const page = pageOf(matching, input, { byDefault: 20, most: 100 }, ['ListServiceDeployments', service.arn, status]);
        return {
          serviceDeployments: page.items.map((deployment) => writeDeploymentBriefly(service, deployment)),
          ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }),
        };
      },
    ),

    DescribeServiceDeployments: operation(shape({ serviceDeploymentArns: required(listOf(text)) }), ({ serviceDeploymentArns: arns }) => {
      if (arns.length < 1 || arns.length > MAX_DESCRIBED)
        throw invalidParameter(`serviceDeploymentArns must have 1 to ${MAX_DESCRIBED} members.`);
      const all = [...state.services.values()].flatMap((service) => service.deployments.map((deployment) => ({ service, deployment })));
      const found = arns.map((arn) => ({ arn, hit: all.find(({ deployment }) => deployment.arn === arn) }));
      return {
        serviceDeployments: found.flatMap(({ hit }) => (hit === undefined ? [] : [writeDeployment(hit.service, hit.deployment)])),
        failures: found.filter(({ hit }) => hit === undefined).map(({ arn }) => ({ arn, reason: 'MISSING' })),
      };
    }),
  };
}
