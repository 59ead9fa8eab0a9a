import type { Capabilities } from '../../types/capabilities.js';
import type { EventOptions } from '../../types/events.js';
import type { ExecOptions } from '../../types/exec.js';
import type { InstallImageOptions } from '../../types/groups.js';
import { unsupported } from '../unsupported.js';
import type { WithoutCallOptions } from '../without-call-options.js';
import { credentials, env } from './deploy-parts.js';
import { labels } from './labels.js';
import type { Refuse } from './refusal.js';
import { absolutePath, bool, date, onlyKnownKeys, platform, record, text } from './values.js';

/** What `installImage` takes besides `signal` and `timeoutMs`. */
export const INSTALL_KEYS: readonly string[] = ['platform', 'credentials', 'onProgress', 'stallTimeoutMs'];

/** Checks what `installImage` takes; for drivers whose own `installImage` takes more. */
export function installOptions(refuse: Refuse, options: InstallImageOptions | undefined): WithoutCallOptions<InstallImageOptions> {
  if (options === undefined) return {};
  const given = record(refuse, 'options', options);
  const { onProgress } = options;
  if (onProgress !== undefined && typeof onProgress !== 'function') refuse('onProgress', 'a function', onProgress);
  return {
    ...(given['credentials'] === undefined ? {} : { credentials: credentials(refuse, 'credentials', given['credentials']) }),
    ...(given['platform'] === undefined ? {} : { platform: platform(refuse, 'platform', given['platform']) }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

export function execOptions(
  refuse: Refuse,
  provider: string,
  capabilities: Capabilities,
  options: ExecOptions | undefined,
): WithoutCallOptions<ExecOptions> {
  if (options === undefined) return {};
  const given = record(refuse, 'options', options);
  onlyKnownKeys(refuse, '', given, ['env', 'user', 'workingDirectory', 'tty', 'stdin', 'signal', 'timeoutMs']);
  for (const feature of ['stdin', 'tty'] as const) {
    if (given[feature] === true && capabilities.exec?.[feature] !== true)
      throw unsupported(provider, 'execContainer', `the option ${feature}`);
  }
  return {
    ...(given['env'] === undefined ? {} : { env: env(refuse, 'env', given['env']) }),
    ...(given['user'] === undefined ? {} : { user: text(refuse, 'user', given['user'], 256) }),
    ...(given['workingDirectory'] === undefined
      ? {}
      : { workingDirectory: absolutePath(refuse, 'workingDirectory', given['workingDirectory']) }),
    ...(given['tty'] === undefined ? {} : { tty: bool(refuse, 'tty', given['tty']) }),
    ...(given['stdin'] === undefined ? {} : { stdin: bool(refuse, 'stdin', given['stdin']) }),
  };
}

export function eventOptions(refuse: Refuse, options: EventOptions | undefined): WithoutCallOptions<EventOptions> {
  if (options === undefined) return {};
  const given = record(refuse, 'options', options);
  onlyKnownKeys(refuse, '', given, ['since', 'until', 'labels', 'signal', 'timeoutMs']);
  return {
    ...(given['since'] === undefined ? {} : { since: date(refuse, 'since', given['since']) }),
    ...(given['until'] === undefined ? {} : { until: date(refuse, 'until', given['until']) }),
    ...(given['labels'] === undefined ? {} : { labels: labels(refuse, 'labels', given['labels']) }),
  };
}

/** `SIGHUP`, `HUP` or a number, as `docker kill` takes it; always given on as `SIG…` or a number. */
export function killSignal(refuse: Refuse, value: unknown): string {
  if (value === undefined) return 'SIGKILL';
  const given = typeof value === 'string' ? value.toUpperCase() : '';
  if (given !== 'SIG' && /^(SIG)?[A-Z]+[A-Z0-9+-]{0,8}$/.test(given)) return given.startsWith('SIG') ? given : `SIG${given}`;
  if (/^([1-9]|[1-5][0-9]|6[0-4])$/.test(given)) return given;
  return refuse('killSignal', 'the name or number of a signal, such as SIGHUP', value);
}
