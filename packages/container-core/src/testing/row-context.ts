import { inspect } from 'node:util';
import type { DefinedDriver } from '../driver-kit/define-driver.js';
import { ContainerError } from '../errors/container-error.js';
import { ERROR_CODES, type ErrorCode } from '../errors/error-code.js';
import type { Capabilities } from '../types/capabilities.js';
import type { Container } from '../types/container.js';
import type { DeployOptions } from '../types/deploy-options.js';
import type { LogEntry, LogOptions } from '../types/logs.js';
import type { ConformanceMatchers, ConformanceOptions } from './conformance-options.js';
import { idleProgram, type ProgramStep, READY_LINE } from './program.js';
import type { Run } from './run.js';

/** What a row works with. Whatever it makes through here is destroyed when it ends. */
export class RowContext {
  readonly driver: DefinedDriver;
  readonly options: ConformanceOptions;
  readonly capabilities: Capabilities;
  readonly run: Run;
  /** On everything that the row deploys, and on nothing else. */
  readonly labels: Readonly<Record<string, string>>;
  readonly #drivers: DefinedDriver[] = [];
  readonly #made: Container[] = [];

  constructor(run: Run, driver: DefinedDriver, rowId: string) {
    this.run = run;
    this.driver = driver;
    this.options = run.options;
    this.capabilities = run.options.capabilities;
    this.labels = { ...run.labels, 'conformance-row': rowId };
  }

  /** How long to be patient, in milliseconds. */
  get patienceMs(): number {
    return this.options.patienceMs ?? 10_000;
  }

  get missingImage(): string {
    return this.options.images.missing ?? 'localhost:1/no/such-image:none';
  }

  expect(actual: unknown): ConformanceMatchers {
    return this.options.expect(actual);
  }

  /** A name that nothing else in this run has. */
  uniqueName(): string {
    return this.run.uniqueName();
  }

  /** Deploy options for a program, labelled. */
  deployOptions(steps: readonly ProgramStep[], more: Partial<DeployOptions> = {}): DeployOptions {
    const { cluster, images } = this.options;
    return {
      name: this.uniqueName(),
      ...images.program(steps),
      ...(cluster === undefined ? {} : { cluster }),
      ...more,
      ...(this.capabilities.deploy.labels.support === 'unsupported' ? {} : { labels: { ...this.labels, ...more.labels } }),
    };
  }

  async deploy(steps: readonly ProgramStep[], more: Partial<DeployOptions> = {}, driver: DefinedDriver = this.driver): Promise<Container> {
    return this.track(await driver.deployContainer(this.deployOptions(steps, more)));
  }

  /** Deploys a program that says when it is ready, and waits until it does: from then on a polite signal finds it prepared. */
  async deployReady(steps: readonly ProgramStep[] = idleProgram(), more: Partial<DeployOptions> = {}): Promise<Container> {
    const container = await this.deploy(steps, more);
    await this.untilReady(container);
    return this.driver.getContainer(container);
  }

  /** Waits until a program has said once more than `times` that it is ready. */
  async untilReady(container: Container, times = 0): Promise<void> {
    let seen = 0;
    for await (const { message } of this.driver.getContainerLogs(container, { follow: true, timeoutMs: 60_000 })) {
      if (message === READY_LINE) seen += 1;
      if (seen > times) return;
    }
    throw new Error(`${container.name} ended before it was ready.`);
  }

  /** Runs a program to its end. */
  async runToEnd(steps: readonly ProgramStep[], more: Partial<DeployOptions> = {}): Promise<Container> {
    const container = await this.deploy(steps, more);
    return this.driver.waitForContainer(container, { until: 'stopped' });
  }

  /** Has a container destroyed at the end of the row. */
  track(container: Container): Container {
    this.#made.push(container);
    return container;
  }

  /** Runs a program to its end and gives the lines that it wrote. */
  async linesOf(steps: readonly ProgramStep[], more: Partial<DeployOptions> = {}): Promise<string[]> {
    return this.lines(await this.runToEnd(steps, more));
  }

  async entries(container: Container, options: LogOptions = {}): Promise<LogEntry[]> {
    return collect(this.driver.getContainerLogs(container, options));
  }

  /** The lines of a container that has ended, waiting for those that a provider delivers late. */
  async lines(container: Container, options: LogOptions = {}): Promise<string[]> {
    return (await this.entries(container, { follow: true, timeoutMs: 60_000, ...options })).map(({ message }) => message);
  }

  /** Another connection to the same provider, closed when the row ends. */
  async connect(): Promise<DefinedDriver> {
    const driver = (await this.options.createDriver()) as DefinedDriver;
    this.#drivers.push(driver);
    return driver;
  }

  /** Whatever the row has deployed, as the provider lists it. */
  listed(driver: DefinedDriver = this.driver): Promise<Container[]> {
    return driver.listContainers(this.capabilities.deploy.labels.support === 'unsupported' ? {} : { labels: this.labels });
  }

  /** Waits until a check does not throw any more; for what a provider shows late. */
  async eventually(check: () => Promise<void>): Promise<void> {
    const end = Date.now() + this.patienceMs;
    for (;;) {
      try {
        return await check();
      } catch (error) {
        if (Date.now() >= end) throw error;
        await pause(Math.min(100, this.patienceMs / 10));
      }
    }
  }

  /** Fails when a piece of work takes longer than the suite is patient. */
  async promptly<T>(work: Promise<T>, what: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what} was not over after ${this.patienceMs} ms.`)), this.patienceMs);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The `ContainerError` with which a piece of work fails; asserts its code and that it is fit to be seen. */
  async failure(work: PromiseLike<unknown>, ...codes: readonly ErrorCode[]): Promise<ContainerError> {
    const error = await rejection(work);
    if (!ContainerError.isInstance(error)) throw new Error(`A ContainerError was expected, not ${inspect(error)}`);
    if (codes.length > 0 && !codes.includes(error.code)) {
      throw new Error(`The code ${codes.join(' or ')} was expected, not ${error.code}: ${error.message}`);
    }
    this.expect(ERROR_CODES).toContain(error.code);
    this.expect(typeof error.retryable).toBe('boolean');
    this.expect(error.provider).toBe(this.driver.provider);
    this.expect(error.operation ?? '').toMatch(/^[a-z]+[A-Za-z]*$/);
    this.expect(error.message).toMatch(/\S/);
    this.assertNoSecret(error, this.options.secrets ?? []);
    return error;
  }

  /** Asserts that nothing of an error, however it is looked at, has a secret in it. */
  assertNoSecret(error: unknown, secrets: readonly string[]): void {
    const seen = [inspect(error, { showHidden: true, depth: Number.POSITIVE_INFINITY }), JSON.stringify(error), String(error)];
    if (error instanceof Error) seen.push(error.message, String(error.stack), inspect(error.cause, { showHidden: true, depth: 20 }));
    for (const secret of secrets) {
      const spelled = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
      if (seen.some((text) => spelled.some((spelling) => text.includes(spelling)))) {
        throw new Error('A secret can be seen in an error; it is not shown here again.');
      }
    }
  }

  /** Destroys what the row made and closes its connections. */
  async cleanUp(): Promise<void> {
    const results = await Promise.allSettled(this.#made.map((container) => this.driver.destroyContainer(container)));
    await Promise.all(this.#drivers.map((driver) => driver.close()));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}

/** What a piece of work rejects with; fails when it does not. */
export async function rejection(work: PromiseLike<unknown>): Promise<unknown> {
  let outcome: unknown;
  try {
    outcome = await work;
  } catch (error) {
    return error;
  }
  throw new Error(`A rejection was expected, not ${inspect(outcome, { depth: 1 })}`);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
