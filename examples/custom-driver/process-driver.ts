/**
 * A third-party driver in one file: "containers" are child processes of this program.
 *
 * There is no isolation and nothing outlives the program, so it is of little use except to show what a driver takes: the provider's
 * own mechanics, a mapping, and what is declared. `process-driver.test.ts` runs the whole conformance suite on it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { EventEmitter, on, once } from 'node:events';
import { constants } from 'node:os';
import {
  type Capabilities,
  type Container,
  type ContainerDriver,
  ContainerError,
  type ContainerExit,
  type DriverFactory,
  FULL_DEPLOY_CAPABILITIES,
  imageFromReference,
  type LogEntry,
  type LogOptions,
  NO_DEPLOY_CAPABILITIES,
} from '@cloud/container-core';
import { type DeployRequest, defineDriver, visibleLabels, withRaw } from '@cloud/container-core/driver-kit';

const PROVIDER = 'process';
/** The only image there is: this machine. */
const IMAGE = 'docker.io/library/host:latest';
const DEFAULT_GRACE_SECONDS = 10;

const { command, entrypoint, env, workingDirectory, stopTimeoutSeconds, idempotencyKey } = FULL_DEPLOY_CAPABILITIES;

const capabilities: Capabilities = {
  groups: [],
  restart: 'same',
  uniqueNames: true,
  startLater: true,
  imageIds: false,
  destroy: 'immediate',
  deploy: {
    ...NO_DEPLOY_CAPABILITIES,
    ...{ command, entrypoint, env, workingDirectory, stopTimeoutSeconds, idempotencyKey },
    labels: { support: 'recorded' },
  },
  logs: { streams: 'separate', timestamps: 'milliseconds', emptyLines: true },
  run: { stdin: false },
  stop: { gracePerCall: true },
};

/** What a process wrote: chunks as they came, and the lines in them. */
class Journal {
  readonly chunks: Buffer[] = [];
  readonly lines: Required<LogEntry>[] = [];
  readonly #unfinished = { stdout: [] as Buffer[], stderr: [] as Buffer[] };

  write(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this.chunks.push(chunk);
    let begin = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, begin)) {
      this.#unfinished[stream].push(chunk.subarray(begin, end));
      this.endLine(stream);
      begin = end + 1;
    }
    if (begin < chunk.length) this.#unfinished[stream].push(chunk.subarray(begin));
  }

  /** The last lines may have no line end. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) if (this.#unfinished[stream].length > 0) this.endLine(stream);
  }

  private endLine(stream: 'stdout' | 'stderr'): void {
    // Decoded as a whole, so that no character is cut.
    const message = Buffer.concat(this.#unfinished[stream].splice(0)).toString('utf8');
    this.lines.push({ stream, message, timestamp: new Date().toISOString(), cursor: String(this.lines.length) });
  }
}

/** One process with its past. */
class Job extends EventEmitter<{ changed: [] }> {
  readonly id = randomUUID();
  readonly createdAt = new Date();
  readonly journal = new Journal();
  readonly request: DeployRequest;
  state: 'created' | 'running' | 'stopped' = 'created';
  startedAt?: Date;
  finishedAt?: Date;
  exit?: ContainerExit;
  destroyed = false;
  #child?: ChildProcess;

  constructor(request: DeployRequest) {
    super();
    this.setMaxListeners(0);
    this.request = request;
  }

  async start(): Promise<void> {
    if (this.state === 'running') return;
    const [program = '', ...words] = [...(this.request.entrypoint ?? []), ...(this.request.command ?? [])];
    const child = spawn(program, words, {
      cwd: this.request.workingDirectory ?? '/',
      env: { PATH: process.env['PATH'], ...this.request.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that what it starts ends with it.
      detached: true,
    });
    child.stdout.on('data', (chunk: Buffer) => this.#written('stdout', chunk));
    child.stderr.on('data', (chunk: Buffer) => this.#written('stderr', chunk));
    await once(child, 'spawn');
    this.#child = child;
    this.state = 'running';
    this.startedAt = new Date();
    delete this.exit;
    delete this.finishedAt;
    child.once('exit', () => this.signal('SIGKILL', 'group'));
    child.once('close', (code, signal) => this.#ended(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    this.emit('changed');
  }

  /** Signals the process, or all that it started as well. */
  signal(name: NodeJS.Signals, whom: 'process' | 'group' = 'process'): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(whom === 'group' ? -pid : pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  async stop(graceSeconds: number): Promise<void> {
    if (this.state !== 'running') return;
    this.signal(graceSeconds === 0 ? 'SIGKILL' : 'SIGTERM');
    const kill = setTimeout(() => this.signal('SIGKILL', 'group'), graceSeconds * 1000);
    await this.ended();
    clearTimeout(kill);
  }

  /** Resolves when it does not run any more, or rejects when the signal fires. */
  async ended(signal?: AbortSignal): Promise<void> {
    while (this.state === 'running' && !this.destroyed) await once(this, 'changed', { signal });
  }

  toContainer(): Container {
    const { id, createdAt, startedAt, finishedAt, exit, state, request } = this;
    const container: Container = {
      id,
      name: request.name,
      image: imageFromReference(request.image, { provider: PROVIDER }),
      state,
      provider: PROVIDER,
      ipAddresses: [],
      endpoints: [],
      labels: visibleLabels({ ...request.labels, ...request.reservedLabels }),
      createdAt,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(finishedAt === undefined ? {} : { finishedAt }),
      ...(exit === undefined ? {} : { exit }),
    };
    // The provider's own object; here that is all that the operating system tells.
    return withRaw(container, { pid: this.#child?.pid });
  }

  #written(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    this.journal.write(stream, chunk);
    this.emit('changed');
  }

  #ended(code: number): void {
    this.journal.end();
    this.state = 'stopped';
    this.finishedAt = new Date();
    this.exit = { code };
    this.emit('changed');
  }
}

/** The provider's state: one for the whole program, as an engine has one for all who connect to it. */
const jobs = new Map<string, Job>();
process.once('exit', () => {
  for (const job of jobs.values()) job.signal('SIGKILL', 'group');
});

function jobOf(id: string): Job {
  const job = jobs.get(id);
  if (job === undefined) throw new ContainerError('not-found', `There is no process ${id}.`, { provider: PROVIDER });
  return job;
}

function deployed(request: DeployRequest): Job | undefined {
  const { idempotency, name } = request;
  for (const job of jobs.values()) {
    const before = job.request.idempotency;
    if (idempotency !== undefined && before?.key === idempotency.key) {
      if (before.fingerprint === idempotency.fingerprint) return job;
      throw new ContainerError('conflict', `The idempotency key was used with other options, for ${job.request.name}.`, {
        provider: PROVIDER,
      });
    }
    if (job.request.name === name) throw new ContainerError('conflict', `The name ${name} is taken.`, { provider: PROVIDER });
  }
  return undefined;
}

/** Yields what is there from an index on, then with `follow` what comes until the process ends. */
async function* readOn<T>(
  job: Job,
  items: readonly T[],
  from: number,
  { follow, until }: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<T[]> {
  // Listening before reading, so that nothing falls between the two.
  const changes = follow === true ? on(job, 'changed', { signal }) : undefined;
  const isOver = () => until !== undefined && until.getTime() <= Date.now();
  const timer = until && setTimeout(() => job.emit('changed'), until.getTime() - Date.now());
  let next = from;
  try {
    do {
      const running = job.state === 'running' && !job.destroyed && !isOver();
      const found = items.slice(next);
      next += found.length;
      if (found.length > 0) yield found;
      if (!running) break;
    } while (changes !== undefined && !(await changes.next()).done);
  } finally {
    clearTimeout(timer);
    await changes?.return?.();
  }
}

/** The lines that were asked for, as they come. */
async function* entriesOf(job: Job, options: LogOptions, signal: AbortSignal): AsyncGenerator<LogEntry[]> {
  const { since, until } = options;
  for await (const entries of readOn(job, job.journal.lines, firstLine(job.journal, options), options, signal)) {
    yield entries.filter(({ timestamp }) => {
      const instant = new Date(timestamp);
      return (since === undefined || instant >= since) && (until === undefined || instant < until);
    });
  }
}

/** The tail is counted among the lines before `until`. */
function firstLine({ lines }: Journal, { after, tail, until }: LogOptions): number {
  const index = after === undefined ? 0 : Number(after) + 1;
  if (!Number.isInteger(index) || index < 0 || index > lines.length) {
    throw new ContainerError('invalid-argument', 'getContainerLogs: after is not a cursor of this container.', { provider: PROVIDER });
  }
  const inTime = lines.filter(({ timestamp }) => until === undefined || new Date(timestamp) < until).length;
  return tail === undefined ? index : Math.max(index, inTime - tail);
}

function createProcessDriver(): ContainerDriver {
  return defineDriver({
    provider: PROVIDER,
    capabilities,
    mapError(error, operation) {
      const message = error instanceof Error ? error.message : String(error);
      return new ContainerError('internal', `${operation}: ${message}`, { provider: PROVIDER, operation, cause: error });
    },
    async ping() {
      return { provider: PROVIDER, name: 'child processes', version: process.version };
    },
    async *listContainers() {
      yield [...jobs.values()].map((job) => job.toContainer());
    },
    async deployContainer(request) {
      if (request.image !== IMAGE) {
        throw new ContainerError('image-pull', `There is no image but "host" here, and not ${request.image}.`, { provider: PROVIDER });
      }
      const before = deployed(request);
      if (before !== undefined) return before.toContainer();
      const job = new Job(request);
      jobs.set(job.id, job);
      try {
        if (request.start) await job.start();
      } catch (cause) {
        jobs.delete(job.id);
        throw new ContainerError('deployment-failed', `${request.name} could not be started: ${(cause as Error).message}.`, {
          provider: PROVIDER,
          cause,
        });
      }
      return job.toContainer();
    },
    async getContainer(id) {
      return jobOf(id).toContainer();
    },
    async startContainer(id) {
      const job = jobOf(id);
      await job.start();
      return job.toContainer();
    },
    async stopContainer(id, { gracePeriodSeconds }) {
      const job = jobOf(id);
      await job.stop(gracePeriodSeconds ?? job.request.stopTimeoutSeconds ?? DEFAULT_GRACE_SECONDS);
      return job.toContainer();
    },
    async restartContainer(id, { gracePeriodSeconds }) {
      const job = jobOf(id);
      await job.stop(gracePeriodSeconds ?? job.request.stopTimeoutSeconds ?? DEFAULT_GRACE_SECONDS);
      await job.start();
      return job.toContainer();
    },
    async destroyContainer(id) {
      const job = jobs.get(id);
      if (job === undefined) return;
      jobs.delete(id);
      await job.stop(0);
      job.destroyed = true;
      job.emit('changed');
    },
    async waitForContainer(id, { until }, { signal }) {
      const job = jobOf(id);
      if (until === 'healthy') {
        throw new ContainerError('invalid-argument', `${job.request.name} has no health check.`, { provider: PROVIDER });
      }
      if (job.state === 'created') {
        throw new ContainerError('precondition-failed', `${job.request.name} was never started.`, { provider: PROVIDER });
      }
      if (until === 'stopped') await job.ended(signal);
      return job.toContainer();
    },
    logEntries: (id, options, { signal }) => entriesOf(jobOf(id), options, signal),
    async *logBytes(id, options, { signal }) {
      const job = jobOf(id);
      const { follow, ...selection } = options;
      if (Object.keys(selection).length === 0) {
        for await (const chunks of readOn(job, job.journal.chunks, 0, { follow }, signal)) yield* chunks;
        return;
      }
      for await (const entries of entriesOf(job, options, signal)) {
        yield Buffer.from(entries.map(({ message }) => `${message}\n`).join(''));
      }
    },
  });
}

/** What a program registers: `createDriverRegistry({ process: processDriver })`. */
export const processDriver: DriverFactory<Record<never, never>, ContainerDriver> = {
  specificationVersion: 'v1',
  provider: PROVIDER,
  capabilities,
  optionsFromUrl: () => ({}),
  connect: async () => createProcessDriver(),
};
