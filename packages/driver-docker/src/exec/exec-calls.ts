import { ContainerError, type ContainerExit, type ExecOptions, type ExecProcess } from '@cloud/container-core';
import { type OperationContext, unsupported, type WithoutCallOptions } from '@cloud/container-core/driver-kit';
import type { ContainerCalls } from '../containers/container-calls.js';
import { mapExit } from '../containers/map-state.js';
import { startDeployed, startFailure } from '../containers/start-deployed.js';
import type { AttachOptions } from '../docker-driver.js';
import { saysGone } from '../map-error.js';
import { pause } from '../pause.js';
import type { EngineClient, RequestContext } from '../transport/engine-client.js';
import { containerSegment } from '../transport/segment.js';
import { attachStreams } from './attached-streams.js';

const EXIT_POLL_MS = 20;
/** Makes the engine answer 101 and hand the connection over. */
const TAKE_OVER = { Connection: 'Upgrade', Upgrade: 'tcp' };

interface InspectedExec {
  readonly Running?: boolean;
  readonly ExitCode?: number | null;
}

/** Runs commands in containers, and connects to their main processes. */
export class ExecCalls {
  readonly #client: EngineClient;
  readonly #containers: ContainerCalls;
  readonly #provider: string;

  constructor(client: EngineClient, containers: ContainerCalls, provider: string) {
    this.#provider = provider;
    this.#client = client;
    this.#containers = containers;
  }

  async exec(
    id: string,
    command: readonly string[],
    options: WithoutCallOptions<ExecOptions>,
    context: RequestContext,
  ): Promise<ExecProcess> {
    const { env, user, workingDirectory, tty = false, stdin = false } = options;
    const { Id: execId } = await this.#client.json<{ Id: string }>(context, {
      method: 'POST',
      path: `/containers/${containerSegment(id)}/exec`,
      json: {
        AttachStdin: stdin,
        AttachStdout: true,
        AttachStderr: true,
        Tty: tty,
        Cmd: command,
        Env: env === undefined ? undefined : Object.entries(env).map(([key, value]) => `${key}=${value}`),
        User: user,
        WorkingDir: workingDirectory,
      },
    });
    const exchange = await this.#client.raw(context, {
      method: 'POST',
      path: `/exec/${execId}/start`,
      headers: TAKE_OVER,
      json: { Detach: false, Tty: tty },
    });
    const { ended, ...streams } = attachStreams(exchange, { terminal: tty, stdin });
    return {
      ...streams,
      exit: ended.then(() => this.#execExit(execId, context)),
      resize: ({ columns, rows }) => {
        if (!tty) return Promise.reject(unsupported(this.#provider, 'resize', 'this without tty: true'));
        return this.#resize(`/exec/${execId}/resize`, columns, rows, context);
      },
    };
  }

  async attach(id: string, options: AttachOptions, context: RequestContext): Promise<ExecProcess> {
    const { Id, Config, State } = await this.#containers.inspect(id, context);
    if (State?.Running !== true && options.logs !== true) {
      throw new ContainerError('precondition-failed', `attach: the container ${id} does not run.`);
    }
    const terminal = Config?.Tty === true;
    const { stdin = false, logs = false } = options;
    const exchange = await this.#client.raw(context, {
      method: 'POST',
      path: `/containers/${Id}/attach`,
      query: { stream: true, stdin, stdout: true, stderr: true, logs },
      headers: TAKE_OVER,
    });
    const { ended, ...streams } = attachStreams(exchange, { terminal, stdin });
    return {
      ...streams,
      exit: ended.then(() => this.#containerExit(Id, context)),
      resize: ({ columns, rows }) => this.#resize(`/containers/${Id}/resize`, columns, rows, context),
    };
  }

  /** Connects before it starts, so that no byte of the output is lost. */
  async startAttached(id: string, context: OperationContext): Promise<ExecProcess> {
    const terminal = await this.#containers.hasTerminal(id, context);
    const attaching = this.#client.raw(context, {
      method: 'POST',
      path: `/containers/${containerSegment(id)}/attach`,
      query: { stream: true, stdin: true, stdout: true, stderr: true },
      headers: TAKE_OVER,
    });
    const exchange = await attaching.catch((error: unknown) => {
      throw startFailure(error, context);
    });
    const { ended, ...streams } = attachStreams(exchange, { terminal, stdin: true });
    try {
      await startDeployed(this.#client, id, context);
    } catch (error) {
      exchange.connection.destroy();
      throw error;
    }
    return {
      ...streams,
      exit: ended.then(() => ({})),
      resize: ({ columns, rows }) => this.#resize(`/containers/${containerSegment(id)}/resize`, columns, rows, context),
    };
  }

  async #resize(path: string, columns: number, rows: number, context: RequestContext): Promise<void> {
    await this.#client.send(context, { method: 'POST', path, query: { w: columns, h: rows } });
  }

  /** The output can end a moment before the engine has noted the exit. */
  async #execExit(execId: string, context: RequestContext): Promise<ContainerExit> {
    for (;;) {
      const { Running, ExitCode } = await this.#client
        .json<InspectedExec>(context, { method: 'GET', path: `/exec/${execId}/json` })
        .catch(goneWithItsContainer);
      if (Running !== true) return typeof ExitCode === 'number' ? { code: ExitCode } : {};
      await pause(EXIT_POLL_MS, context.signal);
    }
  }

  /** Empty when the container goes on: then only the connection has ended. */
  async #containerExit(id: string, context: RequestContext): Promise<ContainerExit> {
    const inspected = await this.#containers.inspect(id, context).catch(goneWithItsContainer);
    return ('State' in inspected && inspected.State !== undefined ? mapExit(inspected.State) : undefined) ?? {};
  }
}

/** What is gone has an exit code that nobody knows any more. */
function goneWithItsContainer(error: unknown): Record<string, never> {
  if (saysGone(error)) return {};
  throw error;
}
