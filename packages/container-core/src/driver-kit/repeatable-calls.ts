import type { Capabilities } from '../types/capabilities.js';
import type { DeployRequest } from './deploy-request.js';

/**
 * The calls of the contract that may be repeated whatever became of the first attempt: they read, or they lead to the same state, or the name
 * that they create is unique, so that a repetition is a `conflict`.
 *
 * Every other call may be repeated only when its request never reached the provider: the repetition would run a command or a program again.
 * A deploy decides for itself, see {@link isRepeatableDeploy}.
 */
const REPEATABLE_CALLS: ReadonlySet<string> = new Set([
  'ping',
  'listContainers',
  'getContainer',
  'stopContainer',
  'destroyContainer',
  'waitForContainer',
  'getContainerLogs',
  'installImage',
  'listImages',
  'getImage',
  'removeImage',
  'listClusters',
  'getCluster',
  'createCluster',
  'destroyCluster',
  'listLocations',
  'deployService',
  'listServices',
  'getService',
  'waitForService',
  'destroyService',
  'getContainerStats',
  'followContainerStats',
  'followEvents',
  'pauseContainer',
  'resumeContainer',
  'copyFromContainer',
]);

/** Whether a call of the contract may be repeated although an earlier attempt may have been carried out. */
export function isRepeatableCall(operation: string): boolean {
  return REPEATABLE_CALLS.has(operation);
}

/** Whether a second deploy of this request cannot result in a second container. */
export function isRepeatableDeploy(
  { idempotency, nameIsGenerated }: Pick<DeployRequest, 'idempotency' | 'nameIsGenerated'>,
  { uniqueNames }: Pick<Capabilities, 'uniqueNames'>,
): boolean {
  return idempotency !== undefined || (uniqueNames && !nameIsGenerated);
}
