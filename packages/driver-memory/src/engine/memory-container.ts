import type { Readable } from 'node:stream';
import type { ContainerExit, ContainerHealth, Endpoint } from '@cloud/container-core';
import { type DeployRequest, isError } from '@cloud/container-core/driver-kit';
import { runApplet } from '../programs/applets.js';
import { Changes } from './changes.js';
import type { EventRecord } from './event-record.js';
import { watchHealth } from './health.js';
import type { InstalledImage } from './image-store.js';
import { LogBuffer } from './log-buffer.js';
import type { Manners } from './manners.js';
import { PortBindings } from './port-bindings.js';
import { restartDelayMs } from './restart-policy.js';
import { RunningProgram, type RunSettings } from './running-program.js';

/** The engine's own words for what a container is doing. */
export type Phase = 'created' | 'pending' | 'running' | 'restarting' | 'stopping' | 'stopped';

const LIVELY: readonly Phase[] = ['pending', 'running', 'restarting', 'stopping'];

/** One container of the engine: what it was deployed with, what it is doing, what it has written. */
export class MemoryContainer {
  readonly id: string;
  readonly request: DeployRequest;
  readonly image: InstalledImage;
  readonly cluster: string | undefined;
  readonly createdAt = new Date();
  readonly visibleAt: number;
  readonly logs: LogBuffer;
  readonly changes = new Changes();
  phase: Phase = 'created';
  startedAt: Date | undefined;
  finishedAt: Date | undefined;
  exit: ContainerExit | undefined;
  health: ContainerHealth | undefined;
  /** What the last run of the health check returned and wrote. */
  lastProbe: { readonly code: number; readonly output: string } | undefined;
  endpoints: readonly Endpoint[] = [];
  replacedBy: string | undefined;
  destroyed = false;
  readonly #manners: Manners;
  readonly #secretEnvironment: Readonly<Record<string, string>>;
  readonly #execs = new Set<RunningProgram>();
  #run: RunningProgram | undefined;
  #ports: PortBindings | undefined;
  #starting: Promise<void> | undefined;
  #ended: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #restarts = 0;
  #attached: (Pick<RunSettings, 'write'> & { readonly stdin: Readable }) | undefined;

  readonly #tell: (event: EventRecord['type']) => void;

  constructor(
    id: string,
    request: DeployRequest,
    image: InstalledImage,
    cluster: string | undefined,
    manners: Manners,
    tell: (event: EventRecord['type'], container: MemoryContainer) => void,
    secretEnvironment: Readonly<Record<string, string>> = {},
  ) {
    this.#secretEnvironment = secretEnvironment;
    this.#tell = (event) => tell(event, this);
    this.id = id;
    this.request = request;
    this.image = image;
    this.cluster = cluster;
    this.visibleAt = Date.now() + manners.visibilityDelayMs;
    this.logs = new LogBuffer(manners.logs);
    this.#manners = manners;
  }

  /** Whether it runs, is about to, or is coming to its end. */
  get isLively(): boolean {
    return LIVELY.includes(this.phase);
  }

  /** Connects the streams of its next run: what it reads, and who receives what it writes besides the log. */
  attach(stdin: Readable, write: RunSettings['write']): void {
    this.#attached = { stdin, write };
  }

  /** Settles when the run under way has ended. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Runs the program; nothing when it runs already. `conflict` when a port is taken. */
  start(): Promise<void> {
    if (this.isLively && this.phase !== 'restarting') return this.#starting ?? Promise.resolve();
    if (this.phase !== 'restarting') this.#restarts = 0;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** Asks the program to end, gives it up after the grace period (0: at once), and returns when it is over. */
  async stop(graceSeconds = this.request.stopTimeoutSeconds ?? this.#manners.defaultGraceSeconds): Promise<void> {
    await this.#starting?.catch(() => undefined);
    if (!this.isLively) return;
    if (this.#run === undefined) {
      clearTimeout(this.#timer);
      const ports = this.#ports;
      this.#ports = undefined;
      await ports?.close();
      if (this.isLively) this.#becomeStopped(this.exit ?? { reason: 'StoppedBeforeStart' });
      return;
    }
    if (this.phase !== 'stopping') {
      this.#enter('stopping');
      this.#run.stop();
      this.#timer = setTimeout(() => this.#run?.kill(), graceSeconds * 1000);
    }
    if (graceSeconds === 0) this.#run.kill();
    await this.#ended;
  }

  /** Sends a signal; a program takes no notice of those that it does not listen to. */
  signal(name: string): void {
    this.#tell('killed');
    this.#run?.signal(name);
  }

  /** Notes what a health check has found. */
  noteHealth(health: ContainerHealth): void {
    if (this.health === health) return;
    this.health = health;
    this.#tell('health');
    this.changes.notify();
  }

  /** Runs a command beside the program; it does not outlive the container. */
  exec(settings: Omit<RunSettings, 'program' | 'ports' | 'env' | 'workingDirectory'> & Partial<RunSettings>): RunningProgram {
    const program = this.image.image.exec ?? runApplet;
    const ports = { serve: () => undefined };
    const { workingDirectory = this.#workingDirectory } = settings;
    const process = new RunningProgram({ ...settings, program, ports, workingDirectory, env: { ...this.#environment, ...settings.env } });
    this.#execs.add(process);
    void process.exit.then(() => this.#execs.delete(process));
    return process;
  }

  get #environment(): Readonly<Record<string, string>> {
    return { ...this.image.image.env, ...this.request.env, ...this.#secretEnvironment };
  }

  get #workingDirectory(): string {
    return this.request.workingDirectory ?? '/';
  }

  async #start(): Promise<void> {
    clearTimeout(this.#timer);
    const ports = new PortBindings();
    await ports.open(this.request.ports);
    if (this.destroyed) {
      await ports.close();
      return;
    }
    this.#ports = ports;
    this.endpoints = ports.endpoints;
    this.exit = undefined;
    this.finishedAt = undefined;
    this.#enter('pending');
    if (this.#manners.startDelayMs === 0) this.#launch(ports);
    else this.#timer = setTimeout(() => this.#launch(ports), this.#manners.startDelayMs);
  }

  #launch(ports: PortBindings): void {
    const { program, entrypoint = [], command = [] } = this.image.image;
    const given = this.request;
    const attached = this.#attached;
    this.#attached = undefined;
    const run = new RunningProgram({
      program,
      command: [...(given.entrypoint ?? entrypoint), ...(given.command ?? (given.entrypoint === undefined ? command : []))],
      env: this.#environment,
      workingDirectory: this.#workingDirectory,
      ports,
      ...(attached === undefined ? {} : { stdin: attached.stdin }),
      write: (stream, chunk, taken) => {
        this.logs.write(stream, chunk);
        if (attached === undefined) taken();
        else attached.write(stream, chunk, taken);
      },
    });
    this.#run = run;
    this.startedAt = new Date();
    this.#enter('running');
    this.#tell('started');
    const health = watchHealth(this);
    this.#ended = run.exit.then(async (code) => {
      health.stop();
      for (const process of this.#execs) process.kill();
      await ports.close();
      this.logs.flush();
      // Last, since a stop may have come in meanwhile.
      clearTimeout(this.#timer);
      this.#run = undefined;
      this.#afterExit(code, this.phase === 'stopping');
    });
  }

  #afterExit(code: number, wasAsked: boolean): void {
    const delay = wasAsked || this.destroyed ? undefined : restartDelayMs(this.request.restartPolicy, code, this.#restarts);
    if (delay === undefined) {
      this.#becomeStopped({ code });
      return;
    }
    this.#restarts += 1;
    this.exit = { code };
    this.#enter('restarting');
    this.#tell('stopped');
    this.#timer = setTimeout(() => {
      // A port that was taken meanwhile is what ends it then.
      this.start().catch((error: unknown) => this.#becomeStopped({ code, message: isError(error) ? error.message : String(error) }));
    }, delay);
  }

  #becomeStopped(exit: ContainerExit): void {
    this.finishedAt = new Date();
    this.exit = exit;
    this.endpoints = [];
    this.#enter('stopped');
    this.#tell('stopped');
    this.logs.changes.notify();
  }

  #enter(phase: Phase): void {
    this.phase = phase;
    this.changes.notify();
  }
}
