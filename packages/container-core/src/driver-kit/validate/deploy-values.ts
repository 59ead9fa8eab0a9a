import type { DeployCapabilities, NumberRange } from '../../types/deploy-capabilities.js';
import type { DeployOptions } from '../../types/deploy-options.js';
import type { DeployRequest } from '../deploy-request.js';

/** Throws `unsupported` for a part of a field, saying what the provider takes in its place. */
type RefuseValue = (field: string, takes: string) => never;

/**
 * Refuses the values that a provider does not take, of fields that it supports in part. They are valid in the contract: what is not is
 * refused before.
 *
 * @param given the options as the caller gave them, since a default is not a wish
 */
export function refuseUnsupportedValues(
  deploy: DeployCapabilities,
  given: Pick<DeployOptions, 'ports' | 'pullPolicy'>,
  request: Pick<DeployRequest, keyof DeployCapabilities & keyof DeployRequest>,
  refuse: RefuseValue,
): void {
  refusePorts(deploy, given.ports ?? [], request.ports, refuse);
  refuseMounts(deploy, request.mounts, refuse);
  refuseHealthCheck(deploy, request.healthCheck, refuse);
  for (const field of ['cpu', 'memoryMiB', 'stopTimeoutSeconds'] as const) {
    const capability = deploy[field];
    if (capability.support !== 'unsupported') within(capability, field, request[field], refuse);
  }
  const { restartPolicy, platform, pullPolicy } = deploy;
  if (restartPolicy.support !== 'unsupported') {
    among(restartPolicy.conditions, 'restartPolicy.condition', request.restartPolicy?.condition, refuse);
  }
  if (platform.support !== 'unsupported' && platform.values !== 'any') among(platform.values, 'platform', request.platform, refuse);
  if (pullPolicy.support !== 'unsupported') among(pullPolicy.values, 'pullPolicy', given.pullPolicy, refuse);
}

function refusePorts(
  { ports: capability }: DeployCapabilities,
  given: NonNullable<DeployOptions['ports']>,
  ports: DeployRequest['ports'],
  refuse: RefuseValue,
): void {
  if (capability.support === 'unsupported') return;
  for (const [index, { containerPort, hostPort, protocol }] of ports.entries()) {
    const at = `ports[${index}]`;
    among(capability.protocols, `${at}.protocol`, protocol, refuse);
    if (!capability.hostAddress && given[index]?.hostAddress !== undefined) refuse(`${at}.hostAddress`, 'leave it out');
    if (hostPort === 0 || capability.hostPort === 'any') continue;
    if (capability.hostPort === 'none') refuse(`${at}.hostPort`, 'leave it out');
    if (hostPort !== containerPort) refuse(`${at}.hostPort ${hostPort}`, `use ${containerPort}, as the containerPort is, or leave it out`);
  }
}

function refuseMounts({ mounts: capability }: DeployCapabilities, mounts: DeployRequest['mounts'], refuse: RefuseValue): void {
  if (capability.support === 'unsupported') return;
  const { types, volumeNames } = capability;
  for (const [index, { type, source }] of mounts.entries()) {
    among(types, `mounts[${index}].type`, type, refuse);
    if (type !== 'volume' || source === undefined || volumeNames === 'any' || volumeNames.includes(source)) continue;
    refuse(`mounts[${index}].source`, volumeNames.length === 0 ? 'leave it out for a volume' : `use ${volumeNames.join(' or ')}`);
  }
}

function refuseHealthCheck(
  { healthCheck: capability }: DeployCapabilities,
  check: DeployRequest['healthCheck'],
  refuse: RefuseValue,
): void {
  if (capability.support === 'unsupported' || check === undefined) return;
  for (const field of ['intervalSeconds', 'timeoutSeconds', 'retries', 'startPeriodSeconds'] as const) {
    within(capability[field], `healthCheck.${field}`, check[field], refuse);
  }
}

function within({ min, max }: NumberRange, field: string, value: number | undefined, refuse: RefuseValue): void {
  if (value !== undefined && (value < min || value > max)) refuse(`${field} ${value}`, `use ${min} to ${max}`);
}

function among<Value extends string>(values: readonly Value[], field: string, value: Value | undefined, refuse: RefuseValue): void {
  if (value !== undefined && !values.includes(value)) refuse(`${field} "${value}"`, `use ${values.join(', ')}`);
}
