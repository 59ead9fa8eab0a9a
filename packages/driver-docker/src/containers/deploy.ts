import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Container, ContainerError } from '@cloud/container-core';
import {
  type DeployRequest,
  FINGERPRINT_LABEL,
  IDEMPOTENCY_KEY_LABEL,
  type OperationContext,
  RESERVED_LABEL_PREFIX,
} from '@cloud/container-core/driver-kit';
import type { ImageCalls } from '../images/image-calls.js';
import { engineImageName } from '../images/image-of.js';
import { isUnreachable, saysGone } from '../map-error.js';
import { pause } from '../pause.js';
import type { EngineClient, RequestContext } from '../transport/engine-client.js';
import { EngineHttpError } from '../transport/engine-http-error.js';
import type { ContainerCalls } from './container-calls.js';
import type { InspectedContainer } from './engine-container.js';
import { mapCreateBody } from './map-create.js';
import { startDeployed } from './start-deployed.js';

const CREATION_POLL_MS = 50;
/** How long a call that has ended waits for the reply to its creation before it looks for the container by name. */
const LATE_REPLY_MS = 1000;
/** How long the driver listens for the reply after the clean-up has given up, so that what an engine makes when it comes back to itself is removed. */
const VERY_LATE_REPLY_MS = 60_000;
const LATE_REMOVAL_MS = 60_000;
/** How often an engine is asked whether it is alive while something is removed. */
const ALIVE_INTERVAL_MS = 5000;
const CLEAN_UP_ATTEMPTS = 5;
/** Which attempt made a container. */
const ATTEMPT_LABEL = `${RESERVED_LABEL_PREFIX}attempt`;

/** What a deploy works with. */
export interface DeployTools {
  readonly client: EngineClient;
  readonly containers: ContainerCalls;
  readonly images: ImageCalls;
}

/** Creates a container and starts it; whatever fails after the creation takes the container with it. */
export async function deployContainer(tools: DeployTools, request: DeployRequest, context: OperationContext): Promise<Container> {
  const before = await earlierDeploy(tools, request, context);
  if (before !== undefined) return before;
  let id: string;
  try {
    id = await createWithImage(tools, request, context);
  } catch (error) {
    if (!isNameConflict(error)) throw error;
    const earlier = await earlierOfSameName(tools, request, error, context);
    if (earlier !== undefined) return earlier;
    await pause(CREATION_POLL_MS, context.signal);
    return deployContainer(tools, request, context);
  }
  try {
    if (request.start) await startDeployed(tools.client, id, context);
    return await tools.containers.get(id, context);
  } catch (error) {
    await context.cleanUp(`container ${id}`, (own) => whileAlive(tools, own, () => tools.containers.destroy(id, own)));
    throw error;
  }
}

/** Creates it, and pulls the image when it is missing or when the policy says so. */
async function createWithImage(tools: DeployTools, request: DeployRequest, context: OperationContext): Promise<string> {
  const { pullPolicy, image, platform, credentials } = request;
  const pull = () => tools.images.install(image, { platform, credentials }, context);
  if (pullPolicy === 'always') await pull();
  try {
    return await createWithinMachine(tools, request, context);
  } catch (error) {
    if (!isMissingImage(error)) throw error;
    if (pullPolicy !== 'missing') {
      throw new ContainerError('image-pull', `deployContainer: ${error.reason}; pullPolicy is ${pullPolicy}.`, { cause: error });
    }
    await pull();
    return createWithinMachine(tools, request, context);
  }
}

/** Creates it; Docker refuses a limit of more CPUs than the machine has, which all of them fulfil. */
async function createWithinMachine(tools: DeployTools, request: DeployRequest, context: OperationContext): Promise<string> {
  try {
    return await create(tools, request, context);
  } catch (error) {
    const available = error instanceof EngineHttpError ? /^Range of CPUs is from [\d.]+ to ([\d.]+)/.exec(error.reason)?.[1] : undefined;
    if (request.cpu === undefined || available === undefined || request.cpu <= Number(available)) throw error;
    return create(tools, { ...request, cpu: Number(available) }, context);
  }
}

/**
 * Creates it and gives the id.
 *
 * The request is not cut off by an abort: the engine would go on with it, and the container would be there without anybody knowing its
 * id. When the reply does not come at all, the container is known by the label of this very attempt.
 */
async function create(tools: DeployTools, request: DeployRequest, context: OperationContext): Promise<string> {
  const { client } = tools;
  const { podman } = await client.identity(context);
  context.signal.throwIfAborted();
  const attempt = randomUUID();
  const labelled = { ...request, reservedLabels: { ...request.reservedLabels, [ATTEMPT_LABEL]: attempt } };
  const unaborted = new AbortController();
  const creation = client.json<{ Id: string }>(
    { signal: unaborted.signal, debug: context.debug, sending: context.sending },
    {
      method: 'POST',
      path: '/containers/create',
      query: { name: request.name, platform: request.platform },
      json: mapCreateBody(labelled, engineImageName(request.image, podman), podman),
    },
  );
  creation.catch(() => undefined);
  const aborted = rejectionOn(context.signal);
  try {
    return (await Promise.race([creation, aborted.promise])).Id;
  } catch (error) {
    // The engine's own refusal means that nothing was made; a server error may come from whoever stands in between.
    if (error instanceof EngineHttpError && error.status < 500) throw error;
    const abandoned = { tools, name: request.name, attempt, creation, unaborted };
    await context.cleanUp(`container ${request.name}`, (own) => whileAlive(tools, own, () => undo(abandoned, own)));
    throw error;
  } finally {
    aborted.release();
  }
}

/** Cleans up for as long as the engine answers something: one that has hundreds of containers to create and remove takes its time. */
async function whileAlive(tools: DeployTools, context: OperationContext, cleanUp: () => Promise<unknown>): Promise<void> {
  let isDone = false;
  const ping = async () => {
    await sleep(ALIVE_INTERVAL_MS, undefined, { ref: false });
    if (isDone || context.signal.aborted) return;
    await tools.client.identify(context).then(
      () => context.progress(),
      () => undefined,
    );
    await ping();
  };
  void ping();
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return void (await cleanUp());
      } catch (error) {
        // Under load a connection is refused for now (EAGAIN); where nothing listens any more, trying again is of no use.
        if (isUnreachable(error) || context.signal.aborted || attempt === CLEAN_UP_ATTEMPTS) throw error;
      }
      await pause(200 * 2 ** attempt, context.signal);
    }
  } finally {
    isDone = true;
  }
}

/** A creation whose outcome nobody waits for any more. */
interface Abandoned {
  readonly tools: DeployTools;
  readonly name: string;
  readonly attempt: string;
  readonly creation: Promise<{ Id: string }>;
  readonly unaborted: AbortController;
}

/** Removes what an abandoned creation has made, or makes yet; throws when it stays unknown whether it makes something. */
async function undo(abandoned: Abandoned, context: RequestContext): Promise<void> {
  const { tools, name, attempt, creation, unaborted } = abandoned;
  let isNotSent = false;
  const idOrName = creation.then(
    ({ Id }) => Id,
    (error: unknown) => {
      isNotSent = isUnreachable(error);
      return name;
    },
  );
  const late = await Promise.race([idOrName, sleep(LATE_REPLY_MS)]);
  if (isNotSent) return;
  if (late !== undefined) {
    await removeAttempt(tools, late, attempt, context);
    return;
  }
  // Either the reply was lost, and the container exists; or the engine has not read the request yet.
  const removed = removeWhenMade(abandoned, idOrName, context.signal);
  if (await removeAttempt(tools, name, attempt, context)) {
    unaborted.abort();
    return;
  }
  await removed;
}

/** A frozen engine has the request in its socket: it creates the container when it continues, whether a client listens or not. */
async function removeWhenMade({ tools, attempt, unaborted }: Abandoned, idOrName: Promise<string>, givenUp: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const onGivenUp = () => {
    timer = setTimeout(() => unaborted.abort(), VERY_LATE_REPLY_MS).unref();
  };
  if (givenUp.aborted) onGivenUp();
  else givenUp.addEventListener('abort', onGivenUp, { once: true });
  const removed = idOrName
    .then((made) => removeAttempt(tools, made, attempt, { signal: AbortSignal.timeout(LATE_REMOVAL_MS) }))
    .finally(() => clearTimeout(timer));
  // Also when the clean-up has given up on it.
  removed.catch(() => undefined);
  await removed;
}

/** Removes what an attempt made, and says whether it had made something; a container of that name which somebody else made is left alone. */
async function removeAttempt(tools: DeployTools, idOrName: string, attempt: string, context: RequestContext): Promise<boolean> {
  const made = await inspectIfThere(tools, idOrName, context);
  if (made?.Config?.Labels?.[ATTEMPT_LABEL] !== attempt) return false;
  await tools.containers.destroy(made.Id, context);
  return true;
}

/**
 * The container that an earlier deploy with the same key has made, whatever its name.
 *
 * Two deploys at the same instant with one key are told apart by their name alone, which the engine gives only once; an unnamed one gets
 * its name from the key. Under different names at the same instant both are made: the engine knows no other thing that is unique.
 */
async function earlierDeploy(tools: DeployTools, request: DeployRequest, context: OperationContext): Promise<Container | undefined> {
  const { idempotency } = request;
  if (idempotency === undefined) return undefined;
  const [found] = await tools.containers.listed({ label: [`${IDEMPOTENCY_KEY_LABEL}=${idempotency.key}`] }, context);
  // Listed and not to be found: it is just being made or removed, which the creation will show.
  const inspected = found === undefined ? undefined : await inspectIfThere(tools, found.Id, context);
  return inspected === undefined ? undefined : sameOrConflict(tools, request, inspected, context);
}

/**
 * The name is taken: by ourselves, when the key and the options are the same. `undefined` while its creation is still under way: the
 * engine reserves the name first.
 */
async function earlierOfSameName(
  tools: DeployTools,
  request: DeployRequest,
  conflict: EngineHttpError,
  context: OperationContext,
): Promise<Container | undefined> {
  const taken = () =>
    new ContainerError('conflict', `deployContainer: the name ${request.name} is taken.`, { httpStatus: 409, cause: conflict });
  if (request.idempotency === undefined) throw taken();
  const inspected = await inspectIfThere(tools, request.name, context);
  if (inspected === undefined) return undefined;
  if (inspected.Config?.Labels?.[IDEMPOTENCY_KEY_LABEL] !== request.idempotency.key) throw taken();
  return sameOrConflict(tools, request, inspected, context);
}

async function sameOrConflict(
  tools: DeployTools,
  request: DeployRequest,
  inspected: InspectedContainer,
  context: OperationContext,
): Promise<Container> {
  if (inspected.Config?.Labels?.[FINGERPRINT_LABEL] !== request.idempotency?.fingerprint) {
    throw new ContainerError(
      'conflict',
      'deployContainer: this idempotencyKey was used with other options; take another key for another container.',
    );
  }
  // Whoever made it may have ended before starting it.
  if (!request.start || inspected.State?.Status !== 'created') return tools.containers.map(inspected);
  await startDeployed(tools.client, inspected.Id, context);
  return tools.containers.get(inspected.Id, context);
}

async function inspectIfThere({ containers }: DeployTools, idOrName: string, context: RequestContext) {
  return containers.inspect(idOrName, context).catch((error: unknown) => {
    if (saysGone(error)) return undefined;
    throw error;
  });
}

function isNameConflict(error: unknown): error is EngineHttpError {
  return (
    error instanceof EngineHttpError &&
    (error.status === 409 || (error.status === 500 && /name .* is (already )?in use/i.test(error.reason)))
  );
}

function isMissingImage(error: unknown): error is EngineHttpError {
  return error instanceof EngineHttpError && error.status === 404 && /no such image|image not known/i.test(error.reason);
}

function rejectionOn(signal: AbortSignal): { readonly promise: Promise<never>; release(): void } {
  let release = () => {};
  const promise = new Promise<never>((_, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    release = () => signal.removeEventListener('abort', onAbort);
  });
  promise.catch(() => undefined);
  return { promise, release };
}
