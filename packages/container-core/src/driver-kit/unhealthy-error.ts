import { ContainerError } from '../errors/container-error.js';

const MAX_OUTPUT_CHARACTERS = 1000;

/**
 * Returns the error of a wait for `healthy` on a container that became unhealthy: `deployment-failed` with what the last probe wrote.
 *
 * @param output absent when the provider does not report it, which the message then says
 */
export function unhealthyError(name: string, output?: string, exitCode?: number): ContainerError {
  const text = output?.trim();
  const code = exitCode === undefined ? '' : ` with exit code ${exitCode}`;
  const said =
    text === undefined
      ? 'The provider does not report the output of its health check.'
      : text === ''
        ? `Its last health check failed${code} and wrote nothing.`
        : `Its last health check failed${code}: ${text.slice(-MAX_OUTPUT_CHARACTERS)}`;
  return new ContainerError('deployment-failed', `The container "${name}" is unhealthy. ${said}`);
}
