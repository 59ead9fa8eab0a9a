import { integer, number, oneOf, onlyKnownKeys, type Refuse, record, refusal, text } from '@cloud/container-core/driver-kit';
import { clusterName } from './identifiers.js';
import { checkLaunchSettings, LAUNCH_CHECKS } from './launch-settings.js';
import type { EcsOptions } from './options.js';

const SERVICES = ['ecs', 'ecr', 'logs', 'ec2'];

const KEYS = [
  ...Object.keys(LAUNCH_CHECKS),
  'region',
  'cluster',
  'credentials',
  'profile',
  'endpoint',
  'endpoints',
  'maxAttempts',
  'retryMode',
  'timeoutMs',
  'pollInterval',
  'logDrainMs',
  'ec2Addresses',
  'mirrorPrefix',
  'clients',
  'onDebug',
];

/** Checks connection options; nothing is asked of the network. */
export function checkOptions(options: EcsOptions): void {
  const refuse = refusal('ecs', 'connect');
  const given = record(refuse, 'options', options);
  onlyKnownKeys(refuse, '', given, KEYS);
  checkLaunchSettings(refuse, '', given);
  const { region, cluster, profile, endpoint, maxAttempts, retryMode, timeoutMs, pollInterval, mirrorPrefix } = options;
  if (region !== undefined && !/^[a-z]{2,}(-[a-z0-9]+)+$/.test(String(region))) refuse('region', 'an AWS region such as us-east-1', region);
  if (cluster !== undefined && clusterName(String(cluster)) === undefined) refuse('cluster', 'the name or ARN of a cluster', cluster);
  if (profile !== undefined) text(refuse, 'profile', profile, 255);
  if (endpoint !== undefined) endpointUrl(refuse, 'endpoint', endpoint);
  for (const [service, url] of Object.entries(options.endpoints ?? {})) {
    if (!SERVICES.includes(service)) refuse(`endpoints.${service}`, `absent: the services are ${SERVICES.join(', ')}`);
    endpointUrl(refuse, `endpoints.${service}`, url);
  }
  if (maxAttempts !== undefined) integer(refuse, 'maxAttempts', maxAttempts, 1, 100);
  if (retryMode !== undefined) oneOf(refuse, 'retryMode', retryMode, ['standard', 'adaptive']);
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs > 0)) {
    refuse('timeoutMs', 'a number of milliseconds above 0, or Infinity', timeoutMs);
  }
  if (pollInterval !== undefined) {
    number(refuse, 'pollInterval.minMs', pollInterval.minMs, 1, 60_000);
    number(refuse, 'pollInterval.maxMs', pollInterval.maxMs, pollInterval.minMs, 600_000);
  }
  if (options.logDrainMs !== undefined) number(refuse, 'logDrainMs', options.logDrainMs, 0, 600_000);
  if (mirrorPrefix !== undefined && !/^[a-z0-9]+([._/-][a-z0-9]+)*[/-]?$/.test(mirrorPrefix)) {
    refuse('mirrorPrefix', 'lower-case letters and digits, parted by . _ - or /', mirrorPrefix);
  }
  checkCredentials(refuse, options.credentials);
}

function endpointUrl(refuse: Refuse, field: string, value: unknown): void {
  const url =
    typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value) ? new URL(value) : refuse(field, 'an http or https URL');
  // The value may carry a credential: it is never shown.
  if (url.username !== '' || url.password !== '' || url.search !== '') refuse(field, 'free of credentials and parameters');
}

function checkCredentials(refuse: Refuse, credentials: EcsOptions['credentials']): void {
  if (credentials === undefined || typeof credentials === 'function') return;
  const given = record(refuse, 'credentials', credentials);
  for (const key of ['accessKeyId', 'secretAccessKey']) {
    // The value is a secret: it is never shown.
    if (typeof given[key] !== 'string' || given[key] === '') refuse(`credentials.${key}`, 'a text that is not empty');
  }
  if (given['sessionToken'] !== undefined && typeof given['sessionToken'] !== 'string') refuse('credentials.sessionToken', 'a text');
}
