import type { PortMapping } from '@cloud/container-core';
import { InvalidArgumentError } from 'commander';

const DURATION_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `30s`, `2m`, `500ms`; a bare number is seconds. In milliseconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Write it as 30s, 2m or 500ms.');
  return Math.round(Number(match[1]) * (DURATION_UNITS[match[2] ?? 's'] ?? 1000));
}

/** A duration that a deadline can be. */
export function parseDeadline(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === 0) throw new InvalidArgumentError('Nothing can be done in no time; leave it out for none.');
  return milliseconds;
}

/** An instant: ISO 8601, or how long ago (`10m`). */
export function parseInstant(text: string): Date {
  if (/^\d+(\.\d+)?(ms|s|m|h)$/.test(text)) return new Date(Date.now() - parseDuration(text));
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) throw new InvalidArgumentError('Write it as 2026-01-31T12:00:00Z, or as 10m for ten minutes ago.');
  return instant;
}

/** `512`, `512m`, `1g`; a bare number is MiB. In MiB. */
export function parseMemory(text: string): number {
  const match = /^(\d+)([mg]i?b?)?$/i.exec(text);
  if (match === null) throw new InvalidArgumentError('Write it as 512m or 1g.');
  return Number(match[1]) * (match[2]?.toLowerCase().startsWith('g') ? 1024 : 1);
}

export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('Write a number.');
  return value;
}

export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

/** One `KEY=VALUE` more. `KEY` alone takes the value from the environment, as the docker CLI does. */
export function collectPair(text: string, previous: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.indexOf('=');
  const key = at < 0 ? text : text.slice(0, at);
  const value = at < 0 ? process.env[key] : text.slice(at + 1);
  if (key === '' || value === undefined) throw new InvalidArgumentError('Write it as KEY=VALUE.');
  return { ...previous, [key]: value };
}

/** One environment variable more; a name that cannot be one is not passed on, as it may be part of a secret. */
export function collectVariable(text: string, previous?: Readonly<Record<string, string>>): Record<string, string> {
  if (/[\s\p{Cc}]/u.test(text.split('=', 1)[0] ?? '')) throw new InvalidArgumentError('Write it as KEY=VALUE, with no spaces in KEY.');
  return collectPair(text, previous);
}

/** One `[[ADDRESS:]HOST:]CONTAINER[/udp]` more. */
export function collectPort(text: string, previous: readonly PortMapping[] = []): PortMapping[] {
  return [...previous, parsePort(text)];
}

function parsePort(text: string): PortMapping {
  const match = /^(?:(?:(\[[0-9a-f:.]+\]|[^:[\]]+):)?(\d*):)?(\d+)(?:\/(tcp|udp))?$/i.exec(text);
  if (match === null) throw new InvalidArgumentError('Write it as 80, 8080:80, 0.0.0.0:8080:80 or 53:53/udp.');
  const [, address, hostPort, containerPort, protocol] = match;
  return {
    containerPort: Number(containerPort),
    ...(hostPort === undefined || hostPort === '' ? {} : { hostPort: Number(hostPort) }),
    ...(address === undefined ? {} : { hostAddress: address.replace(/^\[|\]$/g, '') }),
    ...(protocol === undefined ? {} : { protocol: protocol.toLowerCase() as 'tcp' | 'udp' }),
  };
}
