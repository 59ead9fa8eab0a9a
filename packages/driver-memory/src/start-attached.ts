import type { ExecProcess } from '@cloud/container-core';
import { unsupported } from '@cloud/container-core/driver-kit';
import type { MemoryContainer } from './engine/memory-container.js';
import { pipes } from './pipes.js';

/** Starts a container that was deployed with an open stdin, connected to its streams; an abort only disconnects. */
export async function startAttached(container: MemoryContainer, signal: AbortSignal): Promise<ExecProcess> {
  const { stdin, outputs, write } = pipes();
  if (container.request.openStdin !== true) stdin.end();
  container.attach(stdin, write);
  await container.start();
  const disconnect = () => {
    for (const pipe of [stdin, outputs.stdout, outputs.stderr]) pipe.destroy();
  };
  signal.addEventListener('abort', disconnect, { once: true });
  const exit = container.ended.then(() => {
    signal.removeEventListener('abort', disconnect);
    outputs.stdout.end();
    outputs.stderr.end();
    stdin.destroy();
    return {};
  });
  return {
    stdin,
    stdout: outputs.stdout,
    stderr: outputs.stderr,
    exit,
    resize: () => Promise.reject(unsupported('memory', 'run', 'resize without tty')),
  };
}
