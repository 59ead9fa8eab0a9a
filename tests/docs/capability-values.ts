import { type DeployFieldValues, FULL_DEPLOY_CAPABILITIES, type NumberRange } from '@cloud/container-core';
import type { Row } from './capability-table.js';

const ALL = FULL_DEPLOY_CAPABILITIES;
const HOST_PORTS = { any: 'any', same: 'the containerPort', none: '·' } as const;

/** The rows of the values that a provider takes of the fields that it may take in part. */
export const VALUE_ROWS: readonly Row[] = [
  of('ports', 'hostPort', ({ hostPort }) => HOST_PORTS[hostPort]),
  of('ports', 'hostAddress', ({ hostAddress }) => (hostAddress ? 'any' : '·')),
  of('ports', 'protocol', ({ protocols }) => words(protocols, ALL.ports.protocols)),
  of('cpu', '', (range) => numbers(range, ALL.cpu)),
  of('memoryMiB', '', (range) => numbers(range, ALL.memoryMiB)),
  of('mounts', 'type', ({ types }) => words(types, ALL.mounts.types)),
  of('mounts', 'source of a volume', ({ volumeNames }) => (volumeNames === 'any' ? 'any' : words(volumeNames, []))),
  of('restartPolicy', 'condition', ({ conditions }) => words(conditions, ALL.restartPolicy.conditions)),
  of('healthCheck', 'intervalSeconds', (check) => numbers(check.intervalSeconds, ALL.healthCheck.intervalSeconds)),
  of('healthCheck', 'timeoutSeconds', (check) => numbers(check.timeoutSeconds, ALL.healthCheck.timeoutSeconds)),
  of('healthCheck', 'retries', (check) => numbers(check.retries, ALL.healthCheck.retries)),
  of('healthCheck', 'startPeriodSeconds', (check) => numbers(check.startPeriodSeconds, ALL.healthCheck.startPeriodSeconds)),
  of('stopTimeoutSeconds', '', (range) => numbers(range, ALL.stopTimeoutSeconds)),
  of('platform', '', ({ values }) => (values === 'any' ? 'any' : values.join(', '))),
  of('pullPolicy', '', ({ values }) => words(values, ALL.pullPolicy.values)),
];

function of<Field extends keyof DeployFieldValues>(field: Field, part: string, cell: (values: DeployFieldValues[Field]) => string): Row {
  const label = part === '' ? `\`${field}\`: values` : `\`${field}\`: ${/^\w+$/.test(part) ? `\`${part}\`` : part}`;
  return [
    label,
    ({ deploy }) => {
      const capability: { readonly support: string } = deploy[field];
      return capability.support === 'unsupported' ? '·' : cell(capability as unknown as DeployFieldValues[Field]);
    },
  ];
}

function words(values: readonly string[], all: readonly string[]): string {
  if (values.length === 0) return '·';
  return values.length === all.length ? 'any' : values.join(', ');
}

function numbers({ min, max }: NumberRange, all: NumberRange): string {
  return min === all.min && max === all.max ? 'any' : `${min} to ${max}`;
}
