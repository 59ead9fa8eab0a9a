import type { DeployField } from './deploy-options.js';

/** The optional groups of calls that a driver may have. */
export const CAPABILITY_GROUPS = [
  'images',
  'clusters',
  'locations',
  'exec',
  'services',
  'stats',
  'events',
  'pause',
  'files',
  'signals',
] as const;

/** The name of an optional group of calls; see `supports()`. */
export type CapabilityGroup = (typeof CAPABILITY_GROUPS)[number];

/** `enforced`: it takes effect. `recorded`: kept and shown, without effect. `unsupported`: refused. */
export type FieldSupport = 'enforced' | 'recorded' | 'unsupported';

/**
 * What a provider can do, as readonly data.
 *
 * The conformance suite tests what is declared and asserts that the rest throws `unsupported` with no side effect;
 * the documentation's table is made from it.
 */
export interface Capabilities {
  readonly groups: readonly CapabilityGroup[];
  /** Whether a container that is started again keeps its id (`same`) or is replaced by a new one of the same name. */
  readonly restart: 'same' | 'replace';
  /** Whether two living containers can't have one name. */
  readonly uniqueNames: boolean;
  /** Whether `deployContainer({ start: false })` works. */
  readonly startLater: boolean;
  /** When others stop seeing what was destroyed; the driver that destroyed it sees it no more at once. */
  readonly destroy: 'immediate' | 'eventual';
  readonly deploy: Readonly<Record<DeployField, FieldSupport>>;
  readonly logs: {
    readonly streams: 'separate' | 'merged';
    readonly timestamps: 'nanoseconds' | 'milliseconds' | 'seconds' | 'none';
    /** Whether empty lines survive. */
    readonly emptyLines: boolean;
    /** Longer lines are split; absent when there is no limit. */
    readonly maxLineBytes?: number;
  };
  /** Present exactly when `groups` has `exec`. */
  readonly exec?: {
    readonly stdin: boolean;
    readonly tty: boolean;
    /** What an aborted exec ends: the process, or only our connection to it. */
    readonly abort: 'process' | 'detach';
  };
  /** Whether `run()` can feed a container's stdin and pass on the exact bytes of its output. */
  readonly run: { readonly stdin: boolean };
  readonly stop: {
    /** Whether `stopContainer` takes `gracePeriodSeconds`. */
    readonly gracePerCall: boolean;
  };
}
