import { ContainerError, didYouMean, isSecretName } from '@cloud/container-core';
import type { EcsOptions } from './options.js';

type Reader = (value: string, key: string) => unknown;

const asText: Reader = (value) => value;
const asList: Reader = (value) => value.split(',').filter((item) => item !== '');
const asBoolean: Reader = (value, key) => {
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalid(`${key} must be true or false.`);
};
const asNumber: Reader = (value, key) => {
  const number = Number(value);
  if (value !== '' && Number.isFinite(number)) return number;
  throw invalid(`${key} must be a number.`);
};
/** `FARGATE_SPOT:4,FARGATE:1:1` is provider, weight and base. */
const asStrategy: Reader = (value, key) =>
  value.split(',').map((item) => {
    const [capacityProvider = '', weight, base] = item.split(':');
    return {
      capacityProvider,
      ...(weight === undefined ? {} : { weight: asNumber(weight, key) as number }),
      ...(base === undefined ? {} : { base: asNumber(base, key) as number }),
    };
  });

const PARAMETERS: Readonly<Record<string, Reader>> = {
  endpoint: asText,
  profile: asText,
  launchType: asText,
  capacityProviderStrategy: asStrategy,
  platformVersion: asText,
  networkMode: asText,
  subnets: asList,
  securityGroups: asList,
  assignPublicIp: asBoolean,
  executionRoleArn: asText,
  taskRoleArn: asText,
  logs: asText,
  logGroup: asText,
  logMode: asText,
  logRetentionDays: asNumber,
  enableExecuteCommand: asBoolean,
  logDrainMs: asNumber,
  retries: asNumber,
  timeoutMs: asNumber,
  ec2Addresses: asBoolean,
  mirrorPrefix: asText,
};

/** A user is half of a credential; such a parameter is refused without showing what it holds. */
const isCredential = (key: string) => isSecretName(key) || /^user(name)?$/i.test(key);

/**
 * Reads `ecs://REGION/CLUSTER?launchType=FARGATE&subnets=a,b&…`; region and cluster may be empty (`ecs:`), for the SDK's own region
 * and the cluster `default`.
 *
 * Credentials do not belong in a URL: a user, a password or a parameter that names one is `invalid-argument`.
 */
export function optionsFromUrl(url: URL): EcsOptions {
  if (url.protocol !== 'ecs:') throw invalid('its scheme has no transport after +.');
  if (url.username !== '' || url.password !== '') {
    throw invalid('there must be no user and no password in it; AWS credentials come from options or from the SDK’s own chain.');
  }
  if (url.hash !== '') throw invalid('there must be no # in it.');
  if (url.port !== '') throw invalid('there must be no port in it; give the address of an emulator as endpoint=http://host:port.');
  const region = url.hostname;
  const cluster = decoded(url.pathname.replace(/^\//, ''));
  const options: Record<string, unknown> = {};
  for (const [key, value] of url.searchParams) {
    if (isCredential(key)) throw invalid(`the parameter ${key} is a credential; give it as an option or leave it to the SDK’s own chain.`);
    const reader = Object.hasOwn(PARAMETERS, key) ? PARAMETERS[key] : undefined;
    if (reader === undefined) throw invalid(`${unknownParameter(key)} Known parameters: ${Object.keys(PARAMETERS).join(', ')}.`);
    if (Object.hasOwn(options, key)) throw invalid(`the parameter ${key} is there twice.`);
    options[key] = reader(value, key);
  }
  const { retries, ...others } = options;
  return {
    ...(region === '' ? {} : { region }),
    ...(cluster === '' ? {} : { cluster }),
    ...(retries === undefined ? {} : { retry: { retries: retries as number } }),
    ...others,
  };
}

function unknownParameter(key: string): string {
  // A value given in place of a name is not shown.
  if (!/^[A-Za-z]{1,40}$/.test(key)) return 'unknown parameter.';
  return `unknown parameter "${key}"${didYouMean(key, Object.keys(PARAMETERS)) || '.'}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('a % in the name of the cluster does not begin a character’s code.');
  }
}

function invalid(why: string): ContainerError {
  return new ContainerError('invalid-argument', `The URL of an ECS connection (ecs://REGION/CLUSTER?…): ${why}`, { provider: 'ecs' });
}
