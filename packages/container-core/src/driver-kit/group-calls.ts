import type { CallOptions } from '../types/call-options.js';
import type { ContainerRef } from '../types/container.js';
import { GROUP_CALLS } from '../types/groups.js';
import type { Image } from '../types/image.js';
import type { AllGroups } from './all-groups.js';
import { callOnId } from './call-on-id.js';
import { reportIgnoredOptions } from './ignored-options.js';
import type { Batches, DriverImplementation, GroupImplementations } from './implementation.js';
import type { OperationContext } from './operation-context.js';
import type { Operations, Pace } from './operations.js';
import { secretsOf } from './secrets-of.js';
import { unsupported } from './unsupported.js';
import { taking } from './validate/call-options.js';
import { deployServiceRequest } from './validate/deploy-options.js';
import { eventOptions, execOptions, INSTALL_KEYS, installOptions, killSignal } from './validate/group-options.js';
import { labels } from './validate/labels.js';
import { idOf, imageReference, name } from './validate/names.js';
import type { Refuse } from './validate/refusal.js';
import { absolutePath, argumentList, bool, integer, record, text } from './validate/values.js';

/** The calls of the optional groups, around what the implementation does; the others throw `unsupported`. */
export function groupCalls(implementation: DriverImplementation, operations: Operations): AllGroups {
  const { provider, capabilities } = implementation;
  const groups = implementation as DriverImplementation & GroupImplementations;

  type OnId = Parameters<typeof callOnId>;
  const onId = <T>(
    operation: string,
    field: OnId[2],
    target: unknown,
    options: CallOptions | undefined,
    work: (id: string, context: OperationContext) => Promise<T>,
    pace?: Pace,
  ) => callOnId(operations, operation, field, target, options, work, pace);
  const onContainer = <T>(
    operation: string,
    container: ContainerRef,
    options: CallOptions | undefined,
    work: (id: string, context: OperationContext) => Promise<T>,
  ) => onId(operation, 'container', container, options, work);
  const onImage = <T>(
    operation: string,
    image: Image | string,
    options: CallOptions | undefined,
    work: (path: string, context: OperationContext) => Promise<T>,
  ) =>
    operations.call(
      operation,
      options,
      'deadline',
      taking(options, [], (refuse) => imageReference(refuse, 'image', image)),
      work,
    );
  const list = <T>(operation: string, options: CallOptions | undefined, work: (context: OperationContext) => Batches<T>) =>
    operations.list(operation, options, taking(options, [], nothing), (_, context) => work(context));

  const all: AllGroups = {
    installImage: (image, options) =>
      operations.call(
        'installImage',
        options,
        'stall',
        taking(options, INSTALL_KEYS, (refuse) => ({
          path: imageReference(refuse, 'image', image),
          request: installOptions(refuse, options),
        })),
        ({ path, request }, context) => {
          context.hide(...secretsOf(request));
          return groups.installImage(path, request, context);
        },
      ),
    listImages: (options) => list('listImages', options, (context) => groups.listImages(context)),
    getImage: (image, options) => onImage('getImage', image, options, (path, context) => groups.getImage(path, context)),
    removeImage: (image, options) => onImage('removeImage', image, options, (path, context) => groups.removeImage(path, context)),

    listClusters: (options) => list('listClusters', options, (context) => groups.listClusters(context)),
    getCluster: (cluster, options) => onId('getCluster', 'cluster', cluster, options, (id, context) => groups.getCluster(id, context)),
    createCluster: (clusterName, options) =>
      operations.call(
        'createCluster',
        options,
        'deadline',
        taking(options, ['labels'], (refuse) => ({
          clusterName: name(refuse, 'name', clusterName),
          clusterLabels: options?.labels === undefined ? {} : labels(refuse, 'labels', options.labels),
        })),
        ({ clusterName: checkedName, clusterLabels }, context) => groups.createCluster(checkedName, clusterLabels, context),
      ),
    destroyCluster: (cluster, options) =>
      operations.call(
        'destroyCluster',
        options,
        'deadline',
        taking(options, ['force'], (refuse) => ({
          id: idOf(refuse, 'cluster', cluster),
          force: options?.force === undefined ? false : bool(refuse, 'force', options.force),
        })),
        ({ id, force }, context) => groups.destroyCluster(id, force, context),
      ),

    listLocations: (options) => list('listLocations', options, (context) => groups.listLocations(context)),

    execContainer: (container, command, options) =>
      operations.exec(
        'execContainer',
        options,
        (refuse) => {
          const checked = argumentList(refuse, 'command', command);
          if (checked.length === 0) refuse('command', 'a command, not an empty array');
          return { id: idOf(refuse, 'container', container), checked, request: execOptions(refuse, provider, capabilities, options) };
        },
        ({ id, checked, request }, context) => {
          context.hide(...secretsOf(request));
          return groups.execContainer(id, checked, request, context);
        },
      ),

    deployService: (options) =>
      operations.call(
        'deployService',
        options,
        'deadline',
        () =>
          deployServiceRequest(
            {
              provider,
              operation: 'deployService',
              capabilities,
              providerOptionKeys: implementation.providerOptionKeys ?? [],
              checkProviderOptions: implementation.checkProviderOptions,
            },
            options,
          ),
        (request, context) => {
          context.hide(...secretsOf(request));
          reportIgnoredOptions(provider, request, context);
          return groups.deployService(request, context);
        },
        {
          discard: ({ name: serviceName, idempotency }) =>
            idempotency === undefined
              ? { what: `service ${serviceName}`, remove: ({ id }, context) => groups.destroyService(id, context) }
              : undefined,
        },
      ),
    listServices: (options) =>
      operations.list(
        'listServices',
        options,
        taking(options, ['cluster'], (refuse) =>
          options?.cluster === undefined ? undefined : text(refuse, 'cluster', options.cluster, 2048),
        ),
        (cluster, context) => groups.listServices(cluster, context),
      ),
    getService: (service, options) => onId('getService', 'service', service, options, (id, context) => groups.getService(id, context)),
    updateService: (service, options) =>
      operations.call(
        'updateService',
        options,
        'deadline',
        taking(options, ['replicas', 'image'], (refuse) => {
          const { replicas, image } = record(refuse, 'options', options);
          if (replicas === undefined && image === undefined) refuse('options', 'what to change: replicas or image');
          return {
            id: idOf(refuse, 'service', service),
            changes: {
              ...(replicas === undefined ? {} : { replicas: integer(refuse, 'replicas', replicas, 0, 10_000) }),
              ...(image === undefined ? {} : { image: imageReference(refuse, 'image', image) }),
            },
          };
        }),
        ({ id, changes }, context) => groups.updateService(id, changes, context),
      ),
    waitForService: (service, options) =>
      onId('waitForService', 'service', service, options, (id, context) => groups.waitForService(id, context), 'none'),
    destroyService: (service, options) =>
      onId('destroyService', 'service', service, options, (id, context) => groups.destroyService(id, context)),

    getContainerStats: (container, options) =>
      onContainer('getContainerStats', container, options, (id, context) => groups.getContainerStats(id, context)),
    followContainerStats: (container, options) =>
      operations.stream(
        'followContainerStats',
        options,
        'none',
        taking(options, [], (refuse) => idOf(refuse, 'container', container)),
        (id, context) => groups.followContainerStats(id, context),
      ),

    followEvents: (options) =>
      operations.stream(
        'followEvents',
        options,
        'none',
        (refuse) => eventOptions(refuse, options),
        (request, context) => groups.followEvents(request, context),
      ),

    pauseContainer: (container, options) =>
      onContainer('pauseContainer', container, options, (id, context) => groups.pauseContainer(id, context)),
    resumeContainer: (container, options) =>
      onContainer('resumeContainer', container, options, (id, context) => groups.resumeContainer(id, context)),

    copyToContainer: (container, path, archive, options) =>
      operations.call(
        'copyToContainer',
        options,
        'stall',
        taking(options, ['stallTimeoutMs'], (refuse) => ({
          id: idOf(refuse, 'container', container),
          at: absolutePath(refuse, 'path', path),
          bytes: iterable(refuse, archive),
        })),
        ({ id, at, bytes }, context) => groups.copyToContainer(id, at, bytes, context),
      ),
    copyFromContainer: (container, path, options) =>
      operations.chunks(
        'copyFromContainer',
        options,
        'stall',
        taking(options, ['stallTimeoutMs'], (refuse) => ({
          id: idOf(refuse, 'container', container),
          at: absolutePath(refuse, 'path', path),
        })),
        ({ id, at }, context) => groups.copyFromContainer(id, at, context),
      ),

    killContainer: (container, options) =>
      operations.call(
        'killContainer',
        options,
        'deadline',
        taking(options, ['killSignal'], (refuse) => ({
          id: idOf(refuse, 'container', container),
          signal: killSignal(refuse, options?.killSignal),
        })),
        ({ id, signal }, context) => groups.killContainer(id, signal, context),
      ),
  };

  for (const [group, calls] of Object.entries(GROUP_CALLS)) {
    if (capabilities.groups.some((declared) => declared === group)) continue;
    for (const call of calls) Object.assign(all, { [call]: undeclared(operations, provider, call) });
  }
  return all;
}

const nothing = () => undefined;

/** Calls that give something to iterate over; the others give a promise. */
const ITERATED: readonly string[] = ['followContainerStats', 'followEvents', 'copyFromContainer'];
const LISTED: readonly string[] = ['listImages', 'listClusters', 'listLocations', 'listServices'];

/** Stands in for a call that the provider does not have, in the shape that the call would have. */
function undeclared(operations: Operations, provider: string, call: string): () => unknown {
  const refuseAll = (): never => {
    throw unsupported(provider, call);
  };
  if (ITERATED.includes(call)) return () => operations.stream(call, undefined, 'none', refuseAll, refuseAll);
  if (LISTED.includes(call)) return () => operations.list(call, undefined, refuseAll, refuseAll);
  return () => operations.call(call, undefined, 'none', refuseAll, refuseAll);
}

function iterable(refuse: Refuse, value: unknown): AsyncIterable<Uint8Array> {
  const iterates = typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
  return iterates ? (value as AsyncIterable<Uint8Array>) : refuse('archive', 'an async iterable of bytes, such as a Readable', value);
}
