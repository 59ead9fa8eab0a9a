import { listOf, required, shape, text } from '../wire/checks.js';
import { type OperationTable, operation } from '../wire/operation.js';
import { invalidParameter, ServiceError } from '../wire/service-error.js';
import { resourceOf } from './arns.js';
import { requireCluster } from './clusters.js';
import type { EcsState } from './state.js';
import { addTags, readTags, type Tags, tagList, writeTags } from './tags.js';

/** TagResource, UntagResource and ListTagsForResource for clusters, tasks, services and task definitions. */
export function resourceTagOperations(state: EcsState): OperationTable {
  const tagsOf = (arn: string): Tags => {
    const resource = resourceOf(arn, state.identity);
    if (resource === undefined) throw invalidParameter(`Invalid resource ARN: ${arn.slice(0, 200)}`);
    const [type, first = '', second = ''] = resource.split('/');
    switch (type) {
      case 'cluster':
        return requireCluster(state, first).tags;
      case 'task': {
        const task = state.tasks.find(requireCluster(state, first), second);
        // The tags of a task that is to stop are gone and cannot be set again.
        if (task === undefined || task.desiredStatus === 'STOPPED')
          throw invalidParameter('The specified task is stopped. Specify a running task and try again.');
        return task.tags;
      }
      case 'service': {
        const service = state.services.get(arn);
        if (service === undefined || service.status === 'INACTIVE') throw notFound();
        return service.tags;
      }
      case 'task-definition': {
        const definition = state.definitions.find(arn);
        if (definition === undefined) throw notFound();
        return definition.tags;
      }
      default:
        throw invalidParameter(`Invalid resource type: ${type}`);
    }
  };

  return {
    TagResource: operation(shape({ resourceArn: required(text), tags: required(tagList) }), (input) => {
      addTags(tagsOf(input.resourceArn), readTags(input.tags));
      return {};
    }),
    UntagResource: operation(shape({ resourceArn: required(text), tagKeys: required(listOf(text)) }), (input) => {
      const tags = tagsOf(input.resourceArn);
      for (const key of input.tagKeys) tags.delete(key);
      return {};
    }),
    ListTagsForResource: operation(shape({ resourceArn: required(text) }), (input) => ({ tags: writeTags(tagsOf(input.resourceArn)) })),
  };
}

const notFound = () => new ServiceError('InvalidParameterException', 'The specified resource could not be found.');
