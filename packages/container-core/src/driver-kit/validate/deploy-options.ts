import type { Capabilities } from '../../types/capabilities.js';
import { type DeployCapabilities, FULL_DEPLOY_CAPABILITIES } from '../../types/deploy-capabilities.js';
import { DEPLOY_FIELDS, type DeployField, type DeployOptions } from '../../types/deploy-options.js';
import type { JsonObject } from '../../types/json.js';
import type { DeployServiceOptions } from '../../types/service.js';
import type { DeployRequest } from '../deploy-request.js';
import { unsupported } from '../unsupported.js';
import * as parts from './deploy-parts.js';
import { refuseUnsupportedValues } from './deploy-values.js';
import { fingerprint } from './fingerprint.js';
import { FINGERPRINT_LABEL, IDEMPOTENCY_KEY_LABEL, labels, MANAGED_LABEL } from './labels.js';
import { generateName, imageReference, name, serviceName } from './names.js';
import { openStdinOf } from './open-stdin.js';
import { plainData } from './plain-data.js';
import { type Refuse, refusal } from './refusal.js';
import { secretReferences } from './secret-references.js';
import { absolutePath, argumentList, bool, integer, oneOf, onlyKnownKeys, platform, record, text } from './values.js';

/** Who validates: what the messages name and what the declared capabilities allow. */
export interface DeployValidation {
  readonly provider: string;
  readonly operation: string;
  readonly capabilities: Capabilities;
  /** See `DriverImplementation.deployCapabilities`. */
  readonly deployCapabilities?: ((own: JsonObject) => DeployCapabilities) | undefined;
  /** The keys that the driver's own namespace of `providerOptions` may have. */
  readonly providerOptionKeys: readonly string[];
  /** Checks what the keys hold; throw through `refuse`. */
  readonly checkProviderOptions?: ((own: JsonObject, refuse: Refuse) => void) | undefined;
}

const OTHER_FIELDS = ['name', 'image', 'start', 'providerOptions', 'signal', 'timeoutMs'] as const;

/** Checks deploy options before any request, and fills in the defaults. */
export function deployRequest(about: DeployValidation, options: DeployOptions, extraFields: readonly string[] = []): DeployRequest {
  const { provider, operation, capabilities } = about;
  const refuse = refusal(provider, operation);
  const given = record(refuse, 'options', options);
  onlyKnownKeys(refuse, '', given, [...DEPLOY_FIELDS, ...OTHER_FIELDS, ...extraFields]);
  const own = ownProviderOptions(about, refuse, given['providerOptions']);
  const deploy = about.deployCapabilities?.(own) ?? capabilities.deploy;
  for (const field of DEPLOY_FIELDS) {
    if (given[field] !== undefined && deploy[field].support === 'unsupported') {
      throw unsupported(provider, operation, `the option ${field}`);
    }
  }

  const optional = <Value>(field: DeployField, check: (refuse: Refuse, field: string, value: unknown) => Value) =>
    given[field] === undefined ? {} : { [field]: check(refuse, field, given[field]) };
  const withDefault = <Value>(field: DeployField, check: (refuse: Refuse, field: string, value: unknown) => Value, fallback: Value) =>
    given[field] === undefined ? fallback : check(refuse, field, given[field]);

  const image = deployableImage(about, refuse, given['image']);
  const start = given['start'] === undefined ? true : bool(refuse, 'start', given['start']);
  if (!start && !capabilities.startLater) {
    throw unsupported(provider, operation, 'start: false; it starts what it deploys');
  }
  const key = given['idempotencyKey'] === undefined ? undefined : idempotencyKey(refuse, given['idempotencyKey']);
  const ignoredNamespaces = Object.keys(given['providerOptions'] ?? {}).filter((namespace) => namespace !== provider);
  const requested = {
    image,
    start,
    own,
    env: withDefault('env', parts.env, {}),
    ports: withDefault('ports', parts.ports, []),
    labels: withDefault('labels', labels, {}),
    mounts: withDefault('mounts', parts.mounts, []),
    pullPolicy: withDefault('pullPolicy', (r, f, v) => oneOf(r, f, v, FULL_DEPLOY_CAPABILITIES.pullPolicy.values), 'missing' as const),
    ...optional('secrets', (r, f, v) => secretReferences(r, f, v, given['env'])),
    ...optional('command', argumentList),
    ...optional('entrypoint', argumentList),
    ...optional('cpu', parts.cpu),
    ...optional('memoryMiB', parts.memoryMiB),
    ...optional('restartPolicy', parts.restartPolicy),
    ...optional('healthCheck', parts.healthCheck),
    ...optional('user', (r, f, v) => text(r, f, v, 256)),
    ...optional('workingDirectory', absolutePath),
    ...optional('stopTimeoutSeconds', parts.stopTimeoutSeconds),
    ...optional('platform', platform),
    ...optional('cluster', (r, f, v) => text(r, f, v, 2048)),
  };
  refuseUnsupportedValues(deploy, options, requested, (part, takes) => {
    throw unsupported(provider, operation, `${part}; ${takes}`);
  });
  const givenName = given['name'] === undefined ? undefined : name(refuse, 'name', given['name']);
  // Options of this call alone (extra fields) are part of the request.
  const extra = Object.fromEntries(extraFields.map((field) => [field, given[field]]));
  const idempotency = key === undefined ? undefined : { key, fingerprint: fingerprint({ ...requested, ...extra, name: givenName }) };
  return {
    ...requested,
    ...openStdinOf(options),
    name: givenName ?? generateName(image.startsWith('sha256:') ? 'container' : image.replace(/[:@][^/]*$/, ''), key),
    nameIsGenerated: givenName === undefined,
    ...(ignoredNamespaces.length === 0 ? {} : { ignoredNamespaces }),
    reservedLabels: {
      [MANAGED_LABEL]: 'true',
      ...(idempotency === undefined ? {} : { [IDEMPOTENCY_KEY_LABEL]: idempotency.key, [FINGERPRINT_LABEL]: idempotency.fingerprint }),
    },
    ...(idempotency === undefined ? {} : { idempotency }),
    ...optional('credentials', parts.credentials),
  };
}

/** A service's options as a driver gets them. */
export type DeployServiceRequest = Omit<DeployRequest, 'start' | 'restartPolicy'> & { readonly replicas: number };

/** Checks service options before any request, and fills in the defaults. */
export function deployServiceRequest(about: DeployValidation, options: DeployServiceOptions): DeployServiceRequest {
  const refuse = refusal(about.provider, about.operation);
  const given = record(refuse, 'options', options);
  for (const field of ['start', 'restartPolicy']) {
    if (given[field] !== undefined) refuse(field, 'absent: a service always runs its containers and starts them again');
  }
  if (given['name'] !== undefined) serviceName(refuse, 'name', given['name']);
  const { start: _start, restartPolicy: _policy, ...request } = deployRequest(about, options, ['replicas']);
  return {
    ...request,
    // One made from an image such as 2048-game.
    name: /^[a-z]/.test(request.name) ? request.name : `service-${request.name}`,
    replicas: integer(refuse, 'replicas', given['replicas'] ?? 1, 0, 10_000),
  };
}

/** The reference of an image to deploy; an image id only where the provider takes one. */
export function deployableImage(
  { provider, operation, capabilities }: Pick<DeployValidation, 'provider' | 'operation' | 'capabilities'>,
  refuse: Refuse,
  value: unknown,
): string {
  const image = imageReference(refuse, 'image', value);
  if (!image.startsWith('sha256:') || capabilities.imageIds) return image;
  throw unsupported(provider, operation, 'an image id as image; use a reference such as nginx:1.27');
}

function idempotencyKey(refuse: Refuse, value: unknown): string {
  if (typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value)) return value;
  return refuse('idempotencyKey', '1 to 128 visible ASCII characters', value);
}

function ownProviderOptions(about: DeployValidation, refuse: Refuse, value: unknown): JsonObject {
  if (value === undefined) return {};
  const own = record(refuse, 'providerOptions', value)[about.provider];
  if (own === undefined) return {};
  const field = `providerOptions.${about.provider}`;
  const given = plainData(refuse, field, own);
  onlyKnownKeys(refuse, field, given, about.providerOptionKeys);
  about.checkProviderOptions?.(given, refuse);
  return given;
}
