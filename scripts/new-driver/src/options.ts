import { ContainerError } from '@cloud/container-core';
import { type ChecksOf, type DebugListener, functionOf, objectWith, refusal, shape } from '@cloud/container-core/driver-kit';
import type { AcmeApi } from './acme-api.js';

/** How to connect to Acme. */
export interface AcmeOptions {
  /** A client to use in place of the driver's own; it stays its owner's to close. */
  readonly api?: AcmeApi | undefined;
  readonly onDebug?: DebugListener | undefined;
}

const acmeOptions = shape({
  api: objectWith<AcmeApi>('createTask', 'getTask', 'listTasks'),
  onDebug: functionOf<DebugListener>(),
} satisfies ChecksOf<AcmeOptions>);

/** Checks connection options, and returns a copy; nothing is requested. */
export function checkOptions(options: AcmeOptions | undefined): AcmeOptions {
  return acmeOptions(refusal('acme', 'connect'), '', options === undefined ? {} : options);
}

/** Reads `acme:`. */
export function optionsFromUrl(url: URL): AcmeOptions {
  if (url.href === 'acme:') return {};
  throw new ContainerError('invalid-argument', 'connect: an acme: URL has nothing after the colon.', {
    provider: 'acme',
    operation: 'connect',
  });
}
