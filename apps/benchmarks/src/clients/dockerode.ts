import type { Readable, Writable } from 'node:stream';
import type { EngineSocket } from './bare-http.js';
import { loadPeer } from './load-peer.js';

/** The part of dockerode that is measured; its own types are not installed. */
export interface Dockerode {
  listContainers(options: { readonly all: boolean }): Promise<readonly unknown[]>;
  createContainer(options: object): Promise<DockerodeContainer>;
  getContainer(id: string): DockerodeContainer;
  readonly modem: { demuxStream(stream: Readable, stdout: Writable, stderr: Writable): void };
}

export interface DockerodeContainer {
  inspect(): Promise<unknown>;
  start(): Promise<unknown>;
  wait(): Promise<{ readonly StatusCode: number }>;
  remove(): Promise<unknown>;
  logs(options: { readonly stdout: true; readonly stderr: true; readonly follow: true }): Promise<Readable>;
  exec(options: object): Promise<DockerodeExec>;
}

export interface DockerodeExec {
  start(options: object): Promise<Readable>;
  inspect(): Promise<{ readonly ExitCode: number | null }>;
}

export function dockerode(engine: EngineSocket): Dockerode {
  const Constructor = loadPeer('dockerode') as new (options: EngineSocket) => Dockerode;
  return new Constructor(engine);
}
