import type { Capabilities, Container, DeployOptions } from '@cloud/container-core';
import { ContainerError, type ErrorCode } from '@cloud/container-core';
import type { DefinedDriver } from '@cloud/container-core/driver-kit';

/** A driver that breaks one promise, and the rows of the suite that must fail because of it. */
export interface BrokenDriver {
  readonly does: string;
  /** The rows, and a part of what each must say of it, so that a row which fails for another reason does not count. */
  readonly fails: Readonly<Record<string, string>>;
  /** The profile of the memory engine that it wraps; `engine` by default. */
  readonly profile?: 'tasks';
  /** What it declares besides what that engine does. */
  readonly declares?: Partial<Capabilities>;
  /** What is put in place of the honest driver's calls. Made anew for each row. */
  readonly with: (honest: DefinedDriver) => Partial<DefinedDriver>;
}

/** What a driver that hangs gives out. */
export const never = new Promise<never>(() => undefined);

/** What the suite says of calls that succeed and should not. */
export const NO_REJECTION = 'A rejection was expected';

/** A deploy whose options are changed first. */
export function deploying(change: (options: DeployOptions) => DeployOptions): BrokenDriver['with'] {
  return (honest) => ({ deployContainer: (options) => honest.deployContainer(change(options)) });
}

/** A deploy that ignores some options. */
export function deployingWithout(...fields: readonly (keyof DeployOptions)[]): BrokenDriver['with'] {
  return deploying(
    (options) => Object.fromEntries(Object.entries(options).filter(([key]) => !fields.includes(key as keyof DeployOptions))) as never,
  );
}

/** A driver whose containers are shown otherwise than they are. */
export function showing(change: (container: Container) => Container): BrokenDriver['with'] {
  return (honest) => ({
    deployContainer: async (options) => change(await honest.deployContainer(options)),
    getContainer: async (...call) => change(await honest.getContainer(...call)),
    waitForContainer: async (...call) => change(await honest.waitForContainer(...call)),
    stopContainer: async (...call) => change(await honest.stopContainer(...call)),
  });
}

/** Makes an error of another code of one that has `code`. */
export function renamed(code: ErrorCode, to: ErrorCode): (error: unknown) => never {
  return (error) => {
    if (!ContainerError.isInstance(error) || error.code !== code) throw error;
    throw new ContainerError(to, error.message, { provider: 'memory', operation: error.operation });
  };
}

/** Takes an error that has a code for a success. */
export function swallowed<T>(code: ErrorCode, value: T): (error: unknown) => T {
  return (error) => {
    if (!ContainerError.isInstance(error) || error.code !== code) throw error;
    return value;
  };
}
