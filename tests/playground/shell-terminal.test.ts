import { describe, expect, it } from 'vitest';
import { Home, terminalAvailable } from './playground.js';

const home = new Home();

const CTRL_C = '\u0003';
const prompts = (count: number) => new RegExp(`(playground> [\\s\\S]*){${count}}`);

describe.skipIf(!terminalAvailable())('the shell in a terminal', () => {
  it('ends only the running command when Ctrl-C is pressed, each time', async () => {
    const shell = home.startInTerminal(['shell', '--url', 'memory:']);
    await shell.hasWritten(prompts(1));
    for (const round of [1, 2, 3]) {
      shell.type('run memory/http-echo --publish 80 --json\r');
      await shell.hasWritten(new RegExp(`("type":"container"[\\s\\S]*){${round}}`));
      shell.type(CTRL_C);
      await shell.hasWritten(new RegExp(`("type":"container"[\\s\\S]*\\^C[\\s\\S]*playground> [\\s\\S]*){${round}}`));
      shell.type(`run busybox -- echo "still he"re-${round}\r`);
      await shell.hasWritten(new RegExp(`still here-${round}`));
    }
    shell.type('exit\r');
    expect((await shell.ended).code).toBe(130);
  });

  it('clears a half-typed line when Ctrl-C is pressed', async () => {
    const shell = home.startInTerminal(['shell', '--url', 'memory:']);
    await shell.hasWritten(prompts(1));
    shell.type('run busybox -- no-such-applet');
    await shell.hasWritten(/no-such-applet/);
    shell.type(CTRL_C);
    await shell.hasWritten(/\^C[\s\S]*playground> /);
    shell.type(`run busybox -- echo "re"ached\r`);
    await shell.hasWritten(/reached/);
    shell.type('exit\r');
    // Of the first line nothing ran: it would have ended with 127.
    expect((await shell.ended).code).toBe(0);
  });

  it('ends when Ctrl-D is pressed after an interrupted command', async () => {
    const shell = home.startInTerminal(['shell', '--url', 'memory:']);
    await shell.hasWritten(prompts(1));
    shell.type(CTRL_C);
    await shell.hasWritten(prompts(2));
    shell.type('\u0004');
    expect((await shell.ended).code).toBe(0);
  });
});
