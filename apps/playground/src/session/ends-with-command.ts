import { inProcess } from '../connection/providers.js';
import type { Session } from './session.js';

/** Whether what a provider holds ends with this command: it lives in this process, and no `shell` keeps the process. */
export function endsWithCommand({ shared }: Session, provider: string): boolean {
  return inProcess(provider) && !shared;
}

/** Says so of something that was just made there. */
export function noteEndOf(thing: string, session: Session, provider: string): void {
  if (!endsWithCommand(session, provider)) return;
  session.output.note(
    `${provider} lives in this process: ${thing} ends with this command. Use \`run\`, or several commands in one \`shell\`.`,
  );
}
