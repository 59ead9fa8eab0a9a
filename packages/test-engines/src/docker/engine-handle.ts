import type { EngineControls, Stoppable } from '../shared/controls.js';
import type { EngineAddress } from '../shared/http.js';

/** A Docker engine for tests: a private one, or the one that `TEST_DOCKER_HOST` names. */
export interface DockerEngine extends EngineControls, Stoppable {
  /** What `registry.connect()` takes: `docker:///…/docker.sock`, or `docker+tcp://…` for a named one. */
  readonly url: string;
  /** Absent when `TEST_DOCKER_HOST` names a TCP address. */
  readonly socketPath?: string;
  /** For `node:http`: `{ socketPath }` or `{ host, port }`. */
  readonly address: EngineAddress;
  /** Where this process reaches ports that containers publish, also those published on the engine's loopback address. */
  readonly publishedHost: string;
  /** This machine as the engine and its containers see it: a registry or proxy listening there is reachable, without TLS. */
  readonly hostAddress: string;
  /** False for a named engine: its controls throw and `stop()` leaves it alone. */
  readonly owned: boolean;
  /** The engine's log file, when it is ours. */
  readonly logPath?: string;
  /** Makes `busybox:latest` present (static busybox of this machine); resolves with its name. */
  loadBusybox(): Promise<string>;
}
