import { type DockerDriver, dockerDriver, podmanDriver } from '@cloud/driver-docker';
import type { DockerEngine, EngineAddress, HttpFaultProxy, PodmanService } from '@cloud/test-engines';
import { eventually } from './eventually.js';

/** An engine of a test's own, of either kind. */
export type Engine = DockerEngine | PodmanService;

/** The driver that an engine is for, at the engine or at a proxy in front of it. */
export function driverOf(engine: Engine, address: EngineAddress = engine.address): Promise<DockerDriver> {
  const host = 'socketPath' in address ? `unix://${address.socketPath}` : `tcp://${address.host}:${address.port}`;
  return engine.url.startsWith('podman') ? podmanDriver.connect({ host }) : dockerDriver.connect({ host });
}

/** As each engine files what it has loaded. */
export const busyboxOf = (engine: Engine): string => (engine.url.startsWith('podman') ? 'localhost/busybox:latest' : 'busybox:latest');

/** What the calls are about; three, because Docker answers nothing about a container that something is copied out of or into. */
export interface Containers {
  /** Writes lines. */
  readonly talking: string;
  /** Has a large file, `/big`. */
  readonly giving: string;
  readonly taking: string;
}

/** Streaming calls that are under way, by name; each promise is that of the whole call. */
interface Streams {
  readonly outcomes: Readonly<Record<string, Promise<unknown>>>;
  /** Whether what each call reads from us has been let go of. */
  readonly letGo: Readonly<Record<string, boolean>>;
}

/**
 * Begins every streaming call there is and resolves when all of them have transferred something, or, where only an
 * engine could tell, are asked for.
 *
 * @param registry a proxy that hangs, seen from the engine: what pull and push talk to
 */
export async function beginEveryStream(
  driver: DockerDriver,
  engine: Engine,
  { talking, giving, taking }: Containers,
  registry: HttpFaultProxy,
  signal?: AbortSignal,
): Promise<Streams> {
  const begun = new Set<string>();
  const letGo: Record<string, boolean> = {};
  const call = { signal };

  /** Reads one piece, and the others only when `more` says so. */
  const read = async (name: string, stream: AsyncIterable<unknown>, more: Promise<unknown> = Promise.resolve()) => {
    for await (const _ of stream) {
      begun.add(name);
      await more;
    }
  };
  // Has its beginning under way and never ends by itself.
  const endless = async function* (name: string): AsyncGenerator<Uint8Array> {
    letGo[name] = false;
    try {
      for (let count = 0; ; count += 1) {
        yield count === 0 ? tarHeader() : new Uint8Array(512);
        if (count > 100) begun.add(name);
        if (count > 100) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    } finally {
      letGo[name] = true;
    }
  };
  // What is read slowly is under way until it is disturbed.
  const slowly = signal === undefined ? engineIsGone(engine) : new Promise((resolve) => signal.addEventListener('abort', resolve));
  const image = `${registry.host}/never/there:1`;
  const outcomes: Record<string, Promise<unknown>> = {
    logs: read('logs', driver.getContainerLogs(talking, { follow: true, ...call })),
    'logs, bytes': read('logs, bytes', driver.getContainerLogs(talking, { follow: true, ...call }).bytes()),
    stats: read('stats', driver.followContainerStats(talking, call)),
    wait: driver.waitForContainer(talking, { until: 'stopped', ...call }),
    exec: driver.execContainer(talking, ['sh', '-c', 'echo begun; sleep 1000'], call).then(async (process) => {
      await Promise.all([read('exec', process.stdout).catch(() => {}), process.exit]);
    }),
    copyToContainer: driver.copyToContainer(taking, '/tmp', endless('copyToContainer'), call),
    copyFromContainer: read('copyFromContainer', driver.copyFromContainer(giving, '/big', call), slowly),
    load: driver.loadImages(endless('load'), call),
    save: read('save', driver.saveImages(busyboxOf(engine), call), slowly),
    pull: driver.installImage(image, call),
    push: driver.tagImage(busyboxOf(engine), image).then(() => driver.pushImage(image, call)),
  };
  for (const outcome of Object.values(outcomes)) outcome.catch(() => {});
  const early = Object.entries(outcomes).map(([name, outcome]) =>
    outcome.then(
      () => Promise.reject(new Error(`${name} has ended by itself`)),
      (error: unknown) => Promise.reject(new Error(`${name} has failed by itself`, { cause: error })),
    ),
  );
  const all = Object.keys(outcomes).filter((name) => !['wait', 'pull', 'push'].includes(name));
  const missing = () => [...all.filter((name) => !begun.has(name)), ...(registry.disturbed < 2 ? ['pull or push'] : [])];
  await Promise.race([eventually('every call is under way', () => missing().length === 0), ...early]).catch((error: unknown) => {
    throw new Error(`not under way: ${missing()}`, { cause: error });
  });
  for (const one of early) one.catch(() => {});
  return { outcomes, letGo };
}

async function engineIsGone(engine: Engine): Promise<void> {
  await eventually(
    'the engine is gone',
    () => {
      try {
        return engine.pid === 0;
      } catch {
        return true;
      }
    },
    600_000,
  );
}

/** The head of a file of 8 GiB less one byte, in the form of POSIX's ustar. */
function tarHeader(): Uint8Array {
  const header = Buffer.alloc(512);
  header.write('endless', 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write('77777777777\0', 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
