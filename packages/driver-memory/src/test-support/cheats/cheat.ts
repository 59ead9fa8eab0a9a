import type { DefinedDriver } from '@cloud/container-core/driver-kit';

/** A way to cheat, and the row of the suite that must find it out. */
export interface Cheat {
  readonly does: string;
  readonly row: string;
  /** What is put in place of the honest driver's calls. */
  readonly with: (honest: DefinedDriver) => Partial<DefinedDriver>;
}

/** What a driver that hangs gives out. */
export const never = new Promise<never>(() => undefined);
