import { CONTAINER_STATES } from '../../types/container.js';
import type { DeployOptions } from '../../types/deploy-options.js';
import type { ContainerDriver, StopOptions } from '../../types/driver.js';
import type { LogOptions } from '../../types/logs.js';
import type { DeployRequest } from '../deploy-request.js';
import type { DriverImplementation } from '../implementation.js';
import { unsupported } from '../unsupported.js';
import { CALL_OPTIONS, callShape } from '../validate/call-options.js';
import { arrayOf, integerFrom, numberFrom, oneOfThese, textUpTo } from '../validate/checks.js';
import { deployRequest } from '../validate/deploy-options.js';
import type { ContainerFilter } from '../validate/filters.js';
import { labels } from '../validate/labels.js';
import { idOf, imageReference } from '../validate/names.js';
import type { Refuse } from '../validate/refusal.js';
import { required, shape } from '../validate/shape.js';
import { bool, date } from '../validate/values.js';
import { defineCalls } from './call-row.js';
import { deployValidation, wholeOptions } from './deploy-checks.js';

/** The calls that every driver has. */
export type BaseCalls = Omit<ContainerDriver, 'provider' | 'capabilities' | 'close' | typeof Symbol.asyncDispose>;

const base = { group: 'base' } as const;
const onContainer = { ...base, kind: 'call', pace: 'deadline', arguments: [['container', idOf]] } as const;

const stopping = (operation: 'stopContainer' | 'restartContainer') =>
  ({
    ...onContainer,
    options: shape({ gracePeriodSeconds: numberFrom(0, 86_400, ' seconds'), ...CALL_OPTIONS }),
    prepare: (options: Pick<StopOptions, 'gracePeriodSeconds'>, _refuse: Refuse, { provider, capabilities }: DriverImplementation) => {
      if (options.gracePeriodSeconds !== undefined && !capabilities.stop.gracePerCall) {
        throw unsupported(provider, operation, 'the option gracePeriodSeconds; set stopTimeoutSeconds when deploying');
      }
      return options;
    },
    // The default deadline must not cut off a grace period.
    minTimeoutMs: ({ gracePeriodSeconds = 0 }: StopOptions) => (gracePeriodSeconds < 10 ? undefined : gracePeriodSeconds * 1000 + 30_000),
  }) as const;

/** The calls that every driver has, one row each. */
export const BASE_CALLS = defineCalls<BaseCalls>()({
  ping: { ...base, kind: 'call', pace: 'deadline', arguments: [], options: callShape, isRepeatable: true },
  listContainers: {
    ...base,
    kind: 'list',
    pace: 'deadline',
    arguments: [],
    options: shape({
      cluster: textUpTo(2048),
      image: imageReference,
      name: textUpTo(255),
      labels,
      states: arrayOf(oneOfThese(...CONTAINER_STATES)),
      ...CALL_OPTIONS,
    }),
    prepare: (filter: ContainerFilter, _refuse: Refuse, { provider, capabilities }: DriverImplementation) => {
      if (filter.cluster === undefined || capabilities.deploy.cluster.support !== 'unsupported') return filter;
      throw unsupported(provider, 'listContainers', 'the option cluster');
    },
    isRepeatable: true,
  },
  deployContainer: {
    ...base,
    kind: 'call',
    pace: 'deadline',
    arguments: [],
    options: wholeOptions,
    prepare: (options: DeployOptions, _refuse: Refuse, driver: DriverImplementation) =>
      deployRequest(deployValidation(driver, 'deployContainer'), options),
    // A second deploy of a key finds the container of the first, and one of a unique name is a conflict.
    isRepeatable: ({ idempotency, nameIsGenerated }: DeployRequest, _refuse: Refuse, { capabilities }: DriverImplementation) =>
      idempotency !== undefined || (capabilities.uniqueNames && !nameIsGenerated),
    discard: {
      call: 'destroyContainer',
      // With a key the next deploy finds it.
      what: ({ name, idempotency }: DeployRequest) => (idempotency === undefined ? `container ${name}` : undefined),
    },
  },
  getContainer: { ...onContainer, options: callShape, isRepeatable: true },
  startContainer: { ...onContainer, options: callShape, isRepeatable: false },
  stopContainer: { ...stopping('stopContainer'), isRepeatable: true },
  restartContainer: { ...stopping('restartContainer'), isRepeatable: false },
  waitForContainer: {
    ...onContainer,
    pace: 'none',
    options: shape({ until: required(oneOfThese('running', 'healthy', 'stopped')), ...CALL_OPTIONS }),
    isRepeatable: true,
  },
  getContainerLogs: {
    ...onContainer,
    kind: 'logs',
    pace: ({ follow }: LogOptions) => (follow === true ? 'none' : 'deadline'),
    options: shape({
      follow: bool,
      tail: integerFrom(0, Number.MAX_SAFE_INTEGER),
      since: date,
      until: date,
      after: textUpTo(2048),
      ...CALL_OPTIONS,
    }),
    isRepeatable: true,
  },
  destroyContainer: { ...onContainer, options: callShape, isRepeatable: true },
});
