import { setMaxListeners } from 'node:events';
import { ContainerError, lazyModule } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { AwsApis, Ec2Api, EcrApi, EcsApi, LogsApi } from '../aws-apis.js';
import { isUnreachable } from '../map-error.js';
import type { EcsOptions } from '../options.js';
import { type ClientSettings, clientSettings } from './client-settings.js';
import { limitReplies } from './limit-replies.js';

/** What a request needs of the call that it is made for. */
export type RequestContext = Pick<OperationContext, 'signal' | 'debug'> & Partial<Pick<OperationContext, 'sending'>>;

const sdk = {
  ecs: lazyModule(() => import('@aws-sdk/client-ecs')),
  ecr: lazyModule(() => import('@aws-sdk/client-ecr')),
  logs: lazyModule(() => import('@aws-sdk/client-cloudwatch-logs')),
  ec2: lazyModule(() => import('@aws-sdk/client-ec2')),
};

type AnyApi = EcsApi & EcrApi & LogsApi & Ec2Api;

/** Both as the SDK's classes have them; an injected client has neither. */
interface OwnClient {
  destroy?(): void;
  readonly config?: { readonly region?: () => Promise<string> };
}

type Input<Api, Name extends keyof Api> = Api[Name] extends (input: infer Given, options: never) => unknown ? Given : never;
type Output<Api, Name extends keyof Api> = Api[Name] extends (...given: never) => Promise<infer Result> ? Promise<Result> : never;

/**
 * The AWS clients of one connection, each loaded with its SDK package when it is first used.
 *
 * Every request ends with its call's signal, which also closes the socket. Retries are the SDK's.
 */
export class Aws {
  readonly #options: EcsOptions;
  readonly #own = new Map<string, Promise<AwsApis[keyof AwsApis]>>();
  #settings: Promise<ClientSettings> | undefined;

  constructor(options: EcsOptions) {
    this.#options = options;
  }

  ecs<Name extends keyof EcsApi>(name: Name, input: Input<EcsApi, Name>, context: RequestContext): Output<EcsApi, Name> {
    return this.#send('ecs', name, input, context) as Output<EcsApi, Name>;
  }

  ecr<Name extends keyof EcrApi>(name: Name, input: Input<EcrApi, Name>, context: RequestContext): Output<EcrApi, Name> {
    return this.#send('ecr', name, input, context) as Output<EcrApi, Name>;
  }

  /** @param region the connection's by default; definitions that others wrote may send their lines to another one */
  logs<Name extends keyof LogsApi>(
    name: Name,
    input: Input<LogsApi, Name>,
    context: RequestContext,
    region?: string,
  ): Output<LogsApi, Name> {
    return this.#send('logs', name, input, context, region) as Output<LogsApi, Name>;
  }

  ec2<Name extends keyof Ec2Api>(name: Name, input: Input<Ec2Api, Name>, context: RequestContext): Output<Ec2Api, Name> {
    return this.#send('ec2', name, input, context) as Output<Ec2Api, Name>;
  }

  /** The region of the connection: the option, or what the SDK's chain finds. */
  async region(): Promise<string> {
    if (this.#options.region !== undefined) return this.#options.region;
    const client = (await this.#client('ecs', undefined)) as OwnClient;
    return (await client.config?.region?.()) ?? 'us-east-1';
  }

  /** Closes the sockets of the clients made here; injected ones are their owner's. */
  async close(): Promise<void> {
    for (const client of this.#own.values()) ((await client.catch(() => undefined)) as OwnClient | undefined)?.destroy?.();
    this.#own.clear();
  }

  async #send(service: keyof AwsApis, name: string, input: unknown, context: RequestContext, region?: string): Promise<unknown> {
    const client = (await this.#client(service, region)) as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
    const { signal } = context;
    signal.throwIfAborted();
    // Many requests of one call may be under way at once; the SDK takes its listeners off again.
    setMaxListeners(0, signal);
    context.debug?.('request', `${service} ${name}`);
    const notSent = MUST_NOT_REPEAT.test(`${service} ${name}`) ? context.sending?.() : undefined;
    const output = await client[name]?.(input, { abortSignal: signal }).catch((error: unknown) => {
      if (neverLeft(error)) notSent?.();
      throw withCluster(error, input);
    });
    if (SAYS_SOMETHING.test(`${service} ${name}`) && isEmpty(output)) {
      throw new ContainerError('unavailable', `${service} ${name}: the reply is empty; something else than AWS may have answered.`);
    }
    return output;
  }

  #client(service: keyof AwsApis, region: string | undefined): Promise<AwsApis[keyof AwsApis]> {
    const injected = this.#options.clients?.[service];
    if (injected !== undefined) return Promise.resolve(injected);
    const key = region === undefined ? service : `${service} ${region}`;
    const known = this.#own.get(key);
    if (known !== undefined) return known;
    const made = this.#make(service, region);
    this.#own.set(key, made);
    // What could not be loaded while no file was left is loaded with a later request.
    made.catch(() => this.#own.delete(key));
    return made;
  }

  async #make(service: keyof AwsApis, region: string | undefined): Promise<AwsApis[keyof AwsApis]> {
    this.#settings ??= clientSettings(this.#options);
    const endpoint = this.#options.endpoints?.[service] ?? this.#options.endpoint;
    const settings = {
      ...(await this.#settings),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
    };
    switch (service) {
      case 'ecs':
        return limitReplies(new (await sdk.ecs()).ECS(settings)) as unknown as AnyApi;
      case 'ecr':
        return limitReplies(new (await sdk.ecr()).ECR(settings)) as unknown as AnyApi;
      case 'logs':
        return limitReplies(new (await sdk.logs()).CloudWatchLogs(settings)) as unknown as AnyApi;
      case 'ec2':
        return limitReplies(new (await sdk.ec2()).EC2(settings)) as unknown as AnyApi;
    }
  }
}

/** Requests that do more when they are made twice; the others read, remove, or create what has a unique name. */
const MUST_NOT_REPEAT = /^ecs (?:run|start|update|execute|put|submit)/;

/** Whether the only attempt of a request found nothing to connect to. Of several, an earlier one may have arrived. */
function neverLeft(error: unknown): boolean {
  const { $metadata } = Object(error) as { readonly $metadata?: { readonly attempts?: number } };
  return ($metadata?.attempts ?? 1) === 1 && isUnreachable(error);
}

/** Requests whose replies are never empty: the SDK takes a 200 without a body for an output without members, hence for an empty list. */
const SAYS_SOMETHING = /^(?:ecs (?:list|describe|run|register|create|stop)|ecr (?:list|describe|batch|get)|logs (?:describe|get))/;

function isEmpty(output: unknown): boolean {
  return Object.keys(Object(output)).every((key) => key === '$metadata');
}

/** "Cluster not found.", says ECS, and not which. */
function withCluster(error: unknown, input: unknown): unknown {
  const { cluster } = Object(input) as { readonly cluster?: unknown };
  if (error instanceof Error && error.name === 'ClusterNotFoundException' && typeof cluster === 'string') {
    error.message = `Cluster ${JSON.stringify(cluster)} not found on ECS.`;
  }
  return error;
}
