import {
  type Check,
  type Checked,
  type ChecksOf,
  credentialSource,
  type DebugListener,
  environmentVariables,
  functionOf,
  milliseconds,
  refusal,
  shape,
  strings,
  text,
  tlsOptions,
} from '@cloud/container-core/driver-kit';
import type { DockerOptions, PodmanServiceOptions } from './options.js';

const apiVersion: Check<string> = (refuse, field, value) =>
  typeof value === 'string' && /^\d{1,3}\.\d{1,4}$/.test(value)
    ? value
    : refuse(field, 'a version of the Engine API such as "1.43"', value);

const service = shape({ program: text, arguments: strings } satisfies ChecksOf<PodmanServiceOptions>);

const serviceOrFalse: Check<PodmanServiceOptions | false> = (refuse, field, value) =>
  value === false ? false : service(refuse, field, value);

const dockerOptions = shape({
  host: text,
  context: text,
  tls: tlsOptions,
  apiVersion,
  keychain: credentialSource,
  publishedHost: text,
  timeoutMs: milliseconds,
  sshProgram: text,
  service: serviceOrFalse,
  environment: environmentVariables,
  onDebug: functionOf<DebugListener>(),
} satisfies ChecksOf<DockerOptions>);

/** Connection options, checked and copied. */
export type CheckedOptions = Checked<(typeof dockerOptions)['members']>;

/** Checks connection options before anything is read or reached. */
export function checkOptions(provider: string, options: DockerOptions | undefined): CheckedOptions {
  return dockerOptions(refusal(provider, 'connect'), '', options === undefined ? {} : options);
}
