import type { DeployCapabilities } from './deploy-capabilities.js';

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

/**
 * What a provider can do, as readonly data that JSON keeps as it is.
 *
 * No call refuses a value that is declared here, and none accepts a value that is not. The conformance suite tests
 * what is declared and asserts that the rest throws `unsupported` with no side effect; the documentation's tables are made from it.
 *
 * A driver knows it from its connection options alone: it is a floor. After `ping()` it may be more exact, never less.
 */
export interface Capabilities {
  readonly groups: readonly CapabilityGroup[];
  /** Whether a container that is started again keeps its id (`same`) or is replaced by a new one of the same name. */
  readonly restart: 'same' | 'replace';
  /** Whether two living containers cannot have one name. */
  readonly uniqueNames: boolean;
  /** Whether `deployContainer({ start: false })` works. */
  readonly startLater: boolean;
  /** Whether `image` may be an image id (`sha256:…`) when deploying. */
  readonly imageIds: boolean;
  /** When other connections stop seeing what was destroyed; the driver that destroyed it stops at once. */
  readonly destroy: 'immediate' | 'eventual';
  readonly deploy: DeployCapabilities;
  readonly logs: {
    readonly streams: 'separate' | 'merged';
    readonly timestamps: 'nanoseconds' | 'milliseconds' | 'seconds' | 'none';
    /** Whether empty lines survive. */
    readonly emptyLines: boolean;
    /** Longer lines are split; absent when there is no limit. */
    readonly maxLineBytes?: number;
  };
  /** Present exactly when `groups` has `exec`. */
  readonly exec?: ExecCapabilities;
  /** Whether `run()` can feed a container's stdin and pass on the exact bytes of its output. */
  readonly run: { readonly stdin: boolean };
  readonly stop: {
    /** Whether `stopContainer` and `restartContainer` take `gracePeriodSeconds`. */
    readonly gracePerCall: boolean;
  };
}

/** What `execContainer` takes and returns. An option that is not declared is refused as `unsupported`. */
export interface ExecCapabilities {
  /** Whether stdout and stderr arrive apart; on a terminal they are always one stream. */
  readonly streams: 'separate' | 'merged';
  /** `optional`: `tty` may be true or false. `always`: there is a terminal, `tty: false` is refused. `never`: `tty: true` is refused. */
  readonly tty: 'optional' | 'always' | 'never';
  /** Whether `stdin: true` is taken. */
  readonly stdin: boolean;
  /** Whether `env` is taken. */
  readonly env: boolean;
  /** Whether `workingDirectory` is taken. */
  readonly workingDirectory: boolean;
  /** Whether `user` is taken. */
  readonly user: boolean;
  /** Whether the exit code is always known, or only in a container that has a shell. */
  readonly exitCode: 'always' | 'with-shell';
  /** What an aborted exec ends: the process, or only the connection to it. */
  readonly abort: 'process' | 'detach';
}
