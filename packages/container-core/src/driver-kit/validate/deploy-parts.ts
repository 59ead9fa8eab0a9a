import { FULL_DEPLOY_CAPABILITIES as CONTRACT } from '../../types/deploy-capabilities.js';
import type { Mount, RestartPolicy } from '../../types/deploy-options.js';
import type { RegistryCredentials } from '../../types/image.js';
import { builtin } from '../builtin.js';
import type { DeployRequest, PortRequest } from '../deploy-request.js';
import type { Refuse } from './refusal.js';
import { absolutePath, argumentList, bool, integer, list, number, oneOf, onlyKnownKeys, record, text } from './values.js';

export function env(refuse: Refuse, field: string, value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(record(refuse, field, value));
  for (const [key, item] of entries) {
    variableName(refuse, field, key);
    // The value may be a secret: it is never shown.
    if (typeof item !== 'string' || item.includes('\0')) refuse(`${field}.${key}`, 'a text without NUL');
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

export function variableName(refuse: Refuse, field: string, key: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (key === '' || /[=\u0000-\u0020\u007f]/.test(key)) refuse(`${field} key`, 'a name without =, spaces and control characters', key);
}

const LOOPBACK = '127.0.0.1';

export function ports(refuse: Refuse, field: string, value: unknown): readonly PortRequest[] {
  const seen = new Set<string>();
  return list(refuse, field, value).map((item, index) => {
    const at = `${field}[${index}]`;
    const port = record(refuse, at, item);
    onlyKnownKeys(refuse, at, port, ['containerPort', 'hostPort', 'hostAddress', 'protocol']);
    const request: PortRequest = {
      containerPort: integer(refuse, `${at}.containerPort`, port['containerPort'], 1, 65_535),
      hostPort: integer(refuse, `${at}.hostPort`, port['hostPort'] ?? 0, 0, 65_535),
      hostAddress: port['hostAddress'] === undefined ? LOOPBACK : address(refuse, `${at}.hostAddress`, port['hostAddress']),
      protocol: oneOf(refuse, `${at}.protocol`, port['protocol'] ?? 'tcp', CONTRACT.ports.protocols),
    };
    const key = `${request.hostAddress}/${request.hostPort}/${request.protocol}`;
    if (request.hostPort !== 0 && seen.has(key)) refuse(`${at}.hostPort`, 'published once only', request.hostPort);
    seen.add(key);
    return request;
  });
}

function address(refuse: Refuse, field: string, value: unknown): string {
  return typeof value === 'string' && builtin('node:net').isIP(value) !== 0 ? value : refuse(field, 'an IP address', value);
}

export function cpu(refuse: Refuse, field: string, value: unknown): number {
  return number(refuse, field, value, CONTRACT.cpu.min, CONTRACT.cpu.max, ' vCPU');
}

export function memoryMiB(refuse: Refuse, field: string, value: unknown): number {
  return integer(refuse, `${field} (MiB)`, value, CONTRACT.memoryMiB.min, CONTRACT.memoryMiB.max);
}

export function stopTimeoutSeconds(refuse: Refuse, field: string, value: unknown): number {
  return number(refuse, field, value, CONTRACT.stopTimeoutSeconds.min, CONTRACT.stopTimeoutSeconds.max, ' seconds');
}

export function mounts(refuse: Refuse, field: string, value: unknown): readonly Mount[] {
  const targets = new Set<string>();
  return list(refuse, field, value).map((item, index) => {
    const at = `${field}[${index}]`;
    const mount = record(refuse, at, item);
    onlyKnownKeys(refuse, at, mount, ['type', 'source', 'target', 'readOnly']);
    const type = oneOf(refuse, `${at}.type`, mount['type'], CONTRACT.mounts.types);
    const target = absolutePath(refuse, `${at}.target`, mount['target']);
    if (target === '/') refuse(`${at}.target`, 'another path than the root', target);
    if (targets.has(target)) refuse(`${at}.target`, 'mounted once only', target);
    targets.add(target);
    const source = mountSource(refuse, `${at}.source`, type, mount['source']);
    const readOnly = mount['readOnly'] === undefined ? false : bool(refuse, `${at}.readOnly`, mount['readOnly']);
    // It is new and empty; Docker refuses it, too.
    if (readOnly && type === 'volume' && source === undefined) refuse(`${at}.readOnly`, 'false for a volume without source', readOnly);
    return { type, target, readOnly, ...(source === undefined ? {} : { source }) };
  });
}

function mountSource(refuse: Refuse, field: string, type: Mount['type'], value: unknown): string | undefined {
  if (type === 'bind') return absolutePath(refuse, field, value);
  if (value === undefined) return undefined;
  if (type === 'tmpfs') return refuse(field, 'absent for a tmpfs', value);
  const source = text(refuse, field, value, 255);
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(source) ? source : refuse(field, 'the name of a volume (letters, digits, _ . and -)', value);
}

export function restartPolicy(refuse: Refuse, field: string, value: unknown): RestartPolicy {
  const policy = record(refuse, field, value);
  onlyKnownKeys(refuse, field, policy, ['condition', 'maxRetries']);
  const condition = oneOf(refuse, `${field}.condition`, policy['condition'], CONTRACT.restartPolicy.conditions);
  const retries = policy['maxRetries'];
  if (retries === undefined) return { condition };
  if (condition !== 'on-failure') refuse(`${field}.maxRetries`, 'absent unless condition is on-failure', retries);
  return { condition, maxRetries: integer(refuse, `${field}.maxRetries`, retries, 0, 1_000_000) };
}

export function healthCheck(refuse: Refuse, field: string, value: unknown): NonNullable<DeployRequest['healthCheck']> {
  const check = record(refuse, field, value);
  onlyKnownKeys(refuse, field, check, ['command', 'intervalSeconds', 'timeoutSeconds', 'retries', 'startPeriodSeconds']);
  const command = argumentList(refuse, `${field}.command`, check['command']);
  if (command.length === 0) refuse(`${field}.command`, 'a command, not an empty array');
  const bounds = CONTRACT.healthCheck;
  const seconds = (key: 'intervalSeconds' | 'timeoutSeconds' | 'startPeriodSeconds', fallback: number) =>
    number(refuse, `${field}.${key}`, check[key] ?? fallback, bounds[key].min, bounds[key].max, ' seconds');
  return {
    command,
    intervalSeconds: seconds('intervalSeconds', 30),
    timeoutSeconds: seconds('timeoutSeconds', 5),
    retries: integer(refuse, `${field}.retries`, check['retries'] ?? 3, bounds.retries.min, bounds.retries.max),
    startPeriodSeconds: seconds('startPeriodSeconds', 0),
  };
}

/** Checks the credentials of a registry, and returns a copy; unknown members are refused. */
export function credentials(refuse: Refuse, field: string, value: unknown): RegistryCredentials {
  const given = record(refuse, field, value);
  onlyKnownKeys(refuse, field, given, CREDENTIAL_FIELDS);
  return checkCredentials(refuse, field, given);
}

const CREDENTIAL_FIELDS = ['username', 'password', 'identityToken', 'registryToken'] as const;

/** A copy of credentials, from wherever they are; other members are left out. The values are secrets: they are never shown. */
export function checkCredentials(refuse: Refuse, field: string, value: unknown): RegistryCredentials {
  const given = record(refuse, field, value);
  const entries = CREDENTIAL_FIELDS.flatMap((key) => {
    const item = given[key];
    if (item === undefined) return [];
    if (typeof item !== 'string' || /[\0\r\n]/.test(item)) return refuse(`${field}.${key}`, 'a text of one line');
    return [[key, item]];
  });
  return Object.fromEntries(entries);
}
