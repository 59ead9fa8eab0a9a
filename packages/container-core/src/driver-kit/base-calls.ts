import type { CallOptions } from '../types/call-options.js';
import type { Container, ContainerRef } from '../types/container.js';
import type { ContainerDriver, StopOptions, WaitOptions } from '../types/driver.js';
import type { LogOptions, LogStream } from '../types/logs.js';
import { callOnId } from './call-on-id.js';
import { reportIgnoredOptions } from './ignored-options.js';
import type { DriverImplementation } from './implementation.js';
import type { Operations } from './operations.js';
import { isRepeatableDeploy } from './repeatable-calls.js';
import { secretsOf } from './secrets-of.js';
import { unsupported } from './unsupported.js';
import { taking } from './validate/call-options.js';
import { deployRequest } from './validate/deploy-options.js';
import { containerFilter, matchesFilter } from './validate/filters.js';
import { idOf } from './validate/names.js';
import type { Refuse } from './validate/refusal.js';
import { bool, date, integer, number, oneOf, onlyKnownKeys, record, text } from './validate/values.js';
import type { WithoutCallOptions } from './without-call-options.js';

type BaseCalls = Omit<ContainerDriver, 'provider' | 'capabilities' | 'close' | typeof Symbol.asyncDispose>;

/** The calls that every driver has, around what the implementation does. */
export function baseCalls(implementation: DriverImplementation, operations: Operations): BaseCalls {
  const { provider, capabilities } = implementation;
  const deployValidation = {
    provider,
    operation: 'deployContainer',
    capabilities,
    providerOptionKeys: implementation.providerOptionKeys ?? [],
    checkProviderOptions: implementation.checkProviderOptions,
  };
  const onId = <T>(
    operation: 'getContainer' | 'startContainer' | 'destroyContainer',
    container: ContainerRef,
    options: CallOptions | undefined,
    work: (id: string, context: Parameters<DriverImplementation['getContainer']>[1]) => Promise<T>,
  ) => callOnId(operations, operation, 'container', container, options, work);

  const stopping = (
    operation: 'stopContainer' | 'restartContainer',
    container: ContainerRef,
    options: StopOptions | undefined,
  ): Promise<Container> => {
    const prepare = taking(options, ['gracePeriodSeconds'], (refuse) => {
      const grace = options?.gracePeriodSeconds;
      if (grace !== undefined && !capabilities.stop.gracePerCall) {
        throw unsupported(provider, operation, 'the option gracePeriodSeconds; set stopTimeoutSeconds when deploying');
      }
      return {
        id: idOf(refuse, 'container', container),
        grace: grace === undefined ? undefined : number(refuse, 'gracePeriodSeconds', grace, 0, 86_400, ' seconds'),
      };
    });
    return operations.call(operation, withRoomFor(implementation, operation, options), 'deadline', prepare, ({ id, grace }, context) =>
      implementation[operation](id, grace, context),
    );
  };

  return {
    ping: (options) =>
      operations.call('ping', options, 'deadline', taking(options, [], nothing), (_, context) => implementation.ping(context)),

    listContainers: (options) =>
      operations.list(
        'listContainers',
        options,
        (refuse) => containerFilter(refuse, options),
        async function* (filter, context) {
          for await (const page of implementation.listContainers(filter, context)) {
            yield page.filter((container) => matchesFilter(filter, container));
          }
        },
      ),

    deployContainer: (options) =>
      operations.call(
        'deployContainer',
        options,
        'deadline',
        () => deployRequest(deployValidation, options),
        (request, context) => {
          context.hide(...secretsOf(request));
          reportIgnoredOptions(provider, request, context);
          return implementation.deployContainer(request, context);
        },
        {
          isRepeatable: (request) => isRepeatableDeploy(request, capabilities),
          // With a key the next deploy finds it.
          discard: ({ name, idempotency }) =>
            idempotency === undefined
              ? { what: `container ${name}`, remove: ({ id }, context) => implementation.destroyContainer(id, context) }
              : undefined,
        },
      ),

    getContainer: (container, options) =>
      onId('getContainer', container, options, (id, context) => implementation.getContainer(id, context)),
    startContainer: (container, options) =>
      onId('startContainer', container, options, (id, context) => implementation.startContainer(id, context)),
    stopContainer: (container, options) => stopping('stopContainer', container, options),
    restartContainer: (container, options) => stopping('restartContainer', container, options),
    destroyContainer: (container, options) =>
      onId('destroyContainer', container, options, (id, context) => implementation.destroyContainer(id, context)),

    waitForContainer: (container, options) =>
      operations.call(
        'waitForContainer',
        options,
        'none',
        taking(options, ['until'], (refuse) => ({
          id: idOf(refuse, 'container', container),
          until: oneOf<WaitOptions['until']>(refuse, 'until', (options as WaitOptions | undefined)?.until, [
            'running',
            'healthy',
            'stopped',
          ]),
        })),
        ({ id, until }, context) => implementation.waitForContainer(id, until, context),
      ),

    getContainerLogs: (container, options) => logStream(implementation, operations, container, options),
  };
}

const nothing = () => undefined;

/** A grace period must not be cut off by the default deadline, which is the driver's where that is longer. */
function withRoomFor(
  { timeoutsMs, defaultTimeoutMs = 0 }: DriverImplementation,
  operation: string,
  options: StopOptions | undefined,
): StopOptions | undefined {
  const grace = peek(options, 'gracePeriodSeconds');
  if (options === undefined || typeof grace !== 'number' || peek(options, 'timeoutMs') !== undefined || !(grace >= 10)) return options;
  return { ...options, timeoutMs: Math.max(grace * 1000 + 30_000, timeoutsMs?.[operation] ?? defaultTimeoutMs) };
}

/** A member read before the call begins; one that throws is refused when the call begins. */
function peek(options: object | undefined, name: string): unknown {
  try {
    return (options as Readonly<Record<string, unknown>> | undefined)?.[name];
  } catch {
    return undefined;
  }
}

function logStream(
  implementation: DriverImplementation,
  operations: Operations,
  container: ContainerRef,
  options: LogOptions | undefined,
): LogStream {
  const pace = peek(options, 'follow') === true ? 'none' : 'deadline';
  const prepare = (refuse: Refuse) => ({ id: idOf(refuse, 'container', container), request: logOptions(refuse, options) });
  const entries = operations.stream('getContainerLogs', options, pace, prepare, ({ id, request }, context) =>
    implementation.logEntries(id, request, context),
  );
  return {
    [Symbol.asyncIterator]: () => entries[Symbol.asyncIterator](),
    bytes: () =>
      operations.chunks('getContainerLogs', options, pace, prepare, ({ id, request }, context) =>
        implementation.logBytes(id, request, context),
      ),
  };
}

function logOptions(refuse: Refuse, options: LogOptions | undefined): WithoutCallOptions<LogOptions> {
  if (options === undefined) return {};
  const given = record(refuse, 'options', options);
  onlyKnownKeys(refuse, '', given, ['follow', 'tail', 'since', 'until', 'after', 'signal', 'timeoutMs']);
  return {
    ...(given['follow'] === undefined ? {} : { follow: bool(refuse, 'follow', given['follow']) }),
    ...(given['tail'] === undefined ? {} : { tail: integer(refuse, 'tail', given['tail'], 0, Number.MAX_SAFE_INTEGER) }),
    ...(given['since'] === undefined ? {} : { since: date(refuse, 'since', given['since']) }),
    ...(given['until'] === undefined ? {} : { until: date(refuse, 'until', given['until']) }),
    ...(given['after'] === undefined ? {} : { after: text(refuse, 'after', given['after'], 2048) }),
  };
}
