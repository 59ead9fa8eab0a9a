import type { DockerOptions } from '../options.js';
import { type EngineEndpoint, socketEndpoint } from './engine-endpoint.js';
import { podmanSockets } from './find-docker.js';
import { parseHost } from './parse-host.js';
import { PodmanService } from './podman-service.js';
import { somebodyListens } from './somebody-listens.js';

/**
 * Finds podman: `host`, then `CONTAINER_HOST`, then a well-known socket on which somebody listens; else the driver runs podman's service itself.
 *
 * Who listens is found out with the first call, not before.
 */
export function findPodman(options: DockerOptions): EngineEndpoint {
  const environment = options.environment ?? process.env;
  const named = options.host ?? environment['CONTAINER_HOST'];
  if (named !== undefined && named !== '') return parseHost(named, options.tls, options.sshProgram);
  return new FoundPodman(podmanSockets(environment), options);
}

class FoundPodman implements EngineEndpoint {
  readonly host = '127.0.0.1';
  readonly #sockets: readonly string[];
  readonly #service: PodmanService | undefined;
  #found: EngineEndpoint | undefined;
  #looking: Promise<EngineEndpoint> | undefined;

  constructor(sockets: readonly string[], options: DockerOptions) {
    this.#sockets = sockets;
    this.#service = options.service === false ? undefined : new PodmanService(options.service ?? {}, options.environment ?? process.env);
  }

  get address(): string {
    return this.#found?.address ?? `unix://${this.#sockets.at(-1)}`;
  }

  open(...onread: Parameters<EngineEndpoint['open']>): ReturnType<EngineEndpoint['open']> {
    return (this.#found ?? socketEndpoint(this.#sockets.at(-1) ?? '')).open(...onread);
  }

  async prepare(): Promise<void> {
    if (this.#found !== undefined && (this.#service?.running ?? true)) return;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    this.#found = await this.#looking;
  }

  async close(): Promise<void> {
    await this.#service?.stop();
  }

  async #look(): Promise<EngineEndpoint> {
    for (const socket of this.#sockets) if (await somebodyListens(socket)) return socketEndpoint(socket);
    if (this.#service === undefined) return socketEndpoint(this.#sockets.at(-1) ?? '');
    return socketEndpoint(await this.#service.start());
  }
}
