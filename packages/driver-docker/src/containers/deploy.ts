import { type Container, ContainerError } from '@cloud/container-core';
import { type DeployRequest, FINGERPRINT_LABEL, IDEMPOTENCY_KEY_LABEL, type OperationContext } from '@cloud/container-core/driver-kit';
import type { ImageCalls } from '../images/image-calls.js';
import { engineImageName } from '../images/image-of.js';
import { codeOfStatus } from '../map-error.js';
import type { EngineClient, RequestContext } from '../transport/engine-client.js';
import { EngineHttpError } from '../transport/engine-http-error.js';
import type { ContainerCalls } from './container-calls.js';
import type { InspectedContainer, ListedContainer } from './engine-container.js';
import { mapCreateBody } from './map-create.js';
import { pause } from './pause.js';

const CREATION_POLL_MS = 50;

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
    if (request.start) await start(tools, id, context);
    return await tools.containers.get(id, context);
  } catch (error) {
    await context.cleanUp((signal) => tools.containers.destroy(id, { signal }));
    throw error;
  }
}

/** Creates it, and pulls the image when it is missing or when the policy says so. */
async function createWithImage(tools: DeployTools, request: DeployRequest, context: OperationContext): Promise<string> {
  const { pullPolicy, image, platform, credentials } = request;
  const pull = () => tools.images.install(image, { platform, credentials }, context);
  if (pullPolicy === 'always') await pull();
  try {
    return await create(tools, request, context);
  } catch (error) {
    if (!isMissingImage(error)) throw error;
    if (pullPolicy !== 'missing') {
      throw new ContainerError('image-pull', `deployContainer: ${error.reason}; pullPolicy is ${pullPolicy}.`, { cause: error });
    }
    await pull();
    return create(tools, request, context);
  }
}

/**
 * Creates it and gives the id.
 *
 * The request is not cut off by an abort: the engine would go on with it, and the container would be there without anybody knowing its id.
 */
async function create({ client, containers }: DeployTools, request: DeployRequest, context: OperationContext): Promise<string> {
  const { podman } = await client.identity(context);
  context.signal.throwIfAborted();
  const unaborted = new AbortController();
  const creation = client.json<{ Id: string }>(
    { signal: unaborted.signal, debug: context.debug },
    {
      method: 'POST',
      path: '/containers/create',
      query: { name: request.name, platform: request.platform },
      json: mapCreateBody(request, engineImageName(request.image, podman), podman),
    },
  );
  creation.catch(() => undefined);
  const aborted = rejectionOn(context.signal);
  try {
    return (await Promise.race([creation, aborted.promise])).Id;
  } catch (error) {
    if (context.signal.aborted) {
      await context.cleanUp(async (signal) => {
        const late = rejectionOn(signal);
        try {
          const { Id } = await Promise.race([creation, late.promise]);
          await containers.destroy(Id, { signal });
        } finally {
          late.release();
          unaborted.abort(context.signal.reason);
        }
      });
    }
    throw error;
  } finally {
    aborted.release();
  }
}

async function start({ client }: DeployTools, id: string, context: RequestContext): Promise<void> {
  try {
    await client.send(context, { method: 'POST', path: `/containers/${id}/start`, accept: [304] });
  } catch (error) {
    if (!(error instanceof EngineHttpError)) throw error;
    const code = codeOfStatus(error.status, error.reason);
    if (code === 'conflict' || code === 'capacity' || code === 'rate-limited') throw error;
    throw new ContainerError('deployment-failed', `deployContainer: the container could not be started: ${error.reason}.`, {
      httpStatus: error.status,
      cause: error,
    });
  }
}

/** The container that an earlier deploy with the same key has made, whatever its name. */
async function earlierDeploy(tools: DeployTools, request: DeployRequest, context: OperationContext): Promise<Container | undefined> {
  const { idempotency } = request;
  if (idempotency === undefined) return undefined;
  const [found] = await tools.client.json<ListedContainer[]>(context, {
    method: 'GET',
    path: '/containers/json',
    query: { all: true, filters: { label: [`${IDEMPOTENCY_KEY_LABEL}=${idempotency.key}`] } },
  });
  return found === undefined ? undefined : sameOrConflict(tools, request, await tools.containers.inspect(found.Id, context), context);
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
  const inspected = await tools.containers.inspect(request.name, context).catch((error: unknown) => {
    if (error instanceof EngineHttpError && error.status === 404) return undefined;
    throw error;
  });
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
  if (request.start && inspected.State?.Status === 'created') await start(tools, inspected.Id, context);
  return tools.containers.get(inspected.Id, context);
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
