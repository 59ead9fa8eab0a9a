import { setTimeout as sleep } from 'node:timers/promises';

/** What the tour's containers do where containers are not real processes: the two busybox commands that it needs. */
export async function runBusyboxCommand(
  command: readonly string[],
  { write, signal }: { readonly write: (text: string) => void; readonly signal: AbortSignal },
): Promise<number> {
  const [applet, ...words] = command;
  if (applet === 'echo') {
    write(`${words.join(' ')}\n`);
    return 0;
  }
  if (applet !== 'sleep') {
    write(`${applet}: applet not found\n`);
    return 127;
  }
  try {
    await sleep(Number(words[0]) * 1000, undefined, { signal });
    return 0;
  } catch {
    // As a process that dies of SIGTERM.
    return 143;
  }
}
