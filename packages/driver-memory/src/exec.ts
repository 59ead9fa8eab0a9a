import { ContainerError, type ExecOptions, type ExecProcess } from '@cloud/container-core';
import { unsupported, type WithoutCallOptions } from '@cloud/container-core/driver-kit';
import type { MemoryContainer } from './engine/memory-container.js';
import { pipes } from './pipes.js';

/** Runs a command beside a container's program; an abort gives the command up. */
export function execute(
  container: MemoryContainer,
  command: readonly string[],
  options: WithoutCallOptions<ExecOptions>,
  signal: AbortSignal,
): ExecProcess {
  if (container.phase !== 'running') {
    throw new ContainerError(
      'precondition-failed',
      `${container.request.name} is ${container.phase}; a command can only be run in a running container.`,
    );
  }
  const { env, workingDirectory } = options;
  const { stdin, outputs, write } = pipes();
  if (options.stdin !== true) stdin.end();
  const process = container.exec({
    command,
    stdin,
    ...(env === undefined ? {} : { env }),
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
    write,
  });
  const giveUp = () => process.kill();
  signal.addEventListener('abort', giveUp, { once: true });
  const exit = process.exit.then((code) => {
    signal.removeEventListener('abort', giveUp);
    outputs.stdout.end();
    outputs.stderr.end();
    stdin.destroy();
    return { code };
  });
  return {
    stdin,
    stdout: outputs.stdout,
    stderr: outputs.stderr,
    exit,
    resize: () => Promise.reject(unsupported('memory', 'execContainer', 'resize without tty')),
  };
}
