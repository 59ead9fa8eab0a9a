import { loadWithFiles } from '../driver-kit/lazy-module.js';
import { ContainerError } from '../errors/container-error.js';
import { isError } from '../errors/is-error.js';
import { type DriverFactory, SPECIFICATION_VERSIONS } from '../types/factory.js';

/** A driver factory, or a function that gives one, so that a driver is only loaded when it is used. */
export type DriverEntry<Factory extends DriverFactory = DriverFactory> = Factory | (() => Factory | Promise<Factory>);

/** Gets the factory behind an entry and makes sure that it speaks this package's version of the contract. */
export async function loadFactory(name: string, entry: DriverEntry): Promise<DriverFactory> {
  let factory: DriverFactory;
  try {
    factory = typeof entry === 'function' ? await loadWithFiles(entry) : entry;
  } catch (cause) {
    if (ContainerError.isInstance(cause) && cause.code === 'capacity') throw cause;
    const why = isError(cause) ? cause.message : String(cause);
    throw new ContainerError('not-found', `connect: the driver "${name}" could not be loaded: ${why}. Is its package installed?`, {
      operation: 'connect',
      retryable: false,
      cause,
    });
  }
  checkFactory(name, factory);
  return factory;
}

/** Refuses what is not a driver factory, and a driver of a version of the contract that is not among `accepted`. */
export function checkFactory(
  name: string,
  factory: unknown,
  accepted: readonly string[] = SPECIFICATION_VERSIONS,
): asserts factory is DriverFactory {
  const candidate = factory as Partial<DriverFactory> | null | undefined;
  if (typeof candidate?.connect !== 'function' || typeof candidate.optionsFromUrl !== 'function') {
    throw refused(name, 'is not a driver factory: it has no connect() and optionsFromUrl()');
  }
  const version: unknown = candidate.specificationVersion;
  if (typeof version === 'string' && accepted.includes(version)) return;
  const shown = typeof version === 'string' && /^[\w.-]{1,20}$/.test(version) ? version : 'unknown';
  throw refused(
    name,
    `has version ${shown} of the contract, and this @cloud/container-core accepts ${accepted.join(', ')}: install releases of the two that belong together`,
  );
}

function refused(name: string, why: string): ContainerError {
  return new ContainerError('invalid-argument', `connect: the driver "${name}" ${why}.`, { operation: 'connect' });
}
