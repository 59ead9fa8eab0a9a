import type { InstallImageOptions } from '../../types/groups.js';
import { TRANSFER_OPTIONS } from './call-options.js';
import { functionOf } from './checks.js';
import { credentials } from './deploy-parts.js';
import type { Refuse } from './refusal.js';
import type { ChecksOf } from './shape.js';
import { platform } from './values.js';

/** The checks of what `installImage` takes; for drivers whose own `installImage` takes more. */
export const INSTALL_OPTIONS = {
  /** Credentials of a registry. */
  credentials,
  /** `os/architecture[/variant]`. */
  platform,
  /** A function. */
  onProgress: functionOf<NonNullable<InstallImageOptions['onProgress']>>(),
  ...TRANSFER_OPTIONS,
} satisfies ChecksOf<InstallImageOptions>;

/** `SIGHUP`, `HUP` or a number, as `docker kill` takes it; returned as `SIG…` or a number. */
export function killSignal(refuse: Refuse, field: string, value: unknown): string {
  const given = typeof value === 'string' ? value.toUpperCase() : '';
  if (given !== 'SIG' && /^(SIG)?[A-Z]+[A-Z0-9+-]{0,8}$/.test(given)) return given.startsWith('SIG') ? given : `SIG${given}`;
  if (/^([1-9]|[1-5][0-9]|6[0-4])$/.test(given)) return given;
  return refuse(field, 'the name or number of a signal, such as SIGHUP', value);
}
