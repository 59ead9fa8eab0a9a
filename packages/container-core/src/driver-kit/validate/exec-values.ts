import type { Capabilities } from '../../types/capabilities.js';
import { unsupported } from '../unsupported.js';

/** Refuses the options of `execContainer` that the provider does not take. */
export function refuseUnsupportedExecOptions(
  provider: string,
  { exec }: Pick<Capabilities, 'exec'>,
  given: Readonly<Record<string, unknown>>,
): void {
  const refused = {
    stdin: given['stdin'] === true && exec?.stdin !== true,
    tty: (given['tty'] === true && exec?.tty === 'never') || (given['tty'] === false && exec?.tty === 'always'),
    env: given['env'] !== undefined && exec?.env !== true,
    workingDirectory: given['workingDirectory'] !== undefined && exec?.workingDirectory !== true,
    user: given['user'] !== undefined && exec?.user !== true,
  };
  for (const [option, isRefused] of Object.entries(refused)) {
    if (isRefused) throw unsupported(provider, 'execContainer', `the option ${option}${option === 'tty' ? ` ${given['tty']}` : ''}`);
  }
}
