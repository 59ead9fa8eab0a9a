import type { ContainerDriver } from '@cloud/container-core';

/** One provider that the tour visits. */
export interface Stop {
  /** Heading of its column. */
  readonly title: string;
  /** What it is, for people who do not know. */
  readonly about: string;
  readonly driver: ContainerDriver;
  /** Ends what was started for this stop. */
  readonly leave: () => Promise<void>;
}

/** A provider that cannot be visited here, and why. */
export interface Skipped {
  readonly title: string;
  readonly reason: string;
}
