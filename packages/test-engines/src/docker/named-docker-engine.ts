import { busyboxImageTar } from '../images/busybox-image.js';
import { loadImage } from '../images/load-image.js';
import { stoppable } from '../shared/controls.js';
import { exchange } from '../shared/http.js';
import { EngineUnavailable } from '../shared/unavailable.js';
import type { DockerEngine } from './engine-handle.js';

/**
 * The engine that `TEST_DOCKER_HOST` names: a socket path, `unix:///path`, `tcp://host:port` or `http://host:port`.
 * It belongs to somebody: it is never killed, frozen or stopped.
 */
export async function namedDockerEngine(named: string): Promise<DockerEngine> {
  const place = addressOf(named);
  try {
    await exchange(place.address, { method: 'GET', path: '/_ping', timeoutMs: 5_000 });
  } catch (error) {
    throw new EngineUnavailable(`TEST_DOCKER_HOST names ${named}, where no engine answers: ${String(error)}`);
  }
  const refuse = (): never => {
    throw new Error('The engine named by TEST_DOCKER_HOST is not ours to control; check `engine.owned` first');
  };
  return {
    ...place,
    hostAddress: '127.0.0.1',
    owned: false,
    get pid() {
      return refuse();
    },
    freeze: refuse,
    resume: refuse,
    kill: async () => refuse(),
    restart: async () => refuse(),
    // An image of that name is used as it is rather than replaced.
    loadBusybox: async () => {
      const { status } = await exchange(place.address, { method: 'GET', path: '/images/busybox:latest/json' });
      return status === 200 ? 'busybox:latest' : loadImage(place.address, await busyboxImageTar());
    },
    ...stoppable(async () => {}),
  };
}

function addressOf(named: string): Pick<DockerEngine, 'url' | 'socketPath' | 'address' | 'publishedHost'> {
  const socketPath = named.startsWith('/') ? named : /^unix:\/\/(\/.+)$/.exec(named)?.[1];
  if (socketPath !== undefined) {
    return { url: `docker://${socketPath}`, socketPath, address: { socketPath }, publishedHost: '127.0.0.1' };
  }
  const [, host, port] = /^(?:tcp|http):\/\/([^:/]+):(\d+)\/?$/.exec(named) ?? [];
  if (host === undefined || port === undefined) {
    throw new EngineUnavailable(`TEST_DOCKER_HOST must be a socket path, unix:///path or tcp://host:port, not ${JSON.stringify(named)}`);
  }
  return { url: `docker+tcp://${host}:${port}`, address: { host, port: Number(port) }, publishedHost: host };
}
