import { randomBytes } from 'node:crypto';
import type { DefinedDriver } from '../driver-kit/define-driver.js';
import type { Container } from '../types/container.js';
import type { ConformanceOptions } from './conformance-options.js';

/** One run of the suite over one provider: its connection, its labels, its names. */
export class Run {
  readonly options: ConformanceOptions;
  readonly id = randomBytes(4).toString('hex');
  /** On everything that the run deploys. */
  readonly labels: Readonly<Record<string, string>> = { 'conformance-run': this.id };
  #driver: Promise<DefinedDriver> | undefined;
  #names = 0;

  constructor(options: ConformanceOptions) {
    this.options = options;
  }

  /** The connection that the rows share, made when the first one needs it. */
  driver(): Promise<DefinedDriver> {
    this.#driver ??= Promise.resolve(this.options.createDriver()).then((driver) => driver as DefinedDriver);
    return this.#driver;
  }

  uniqueName(): string {
    this.#names += 1;
    return `conformance-${this.id}-${this.#names}`;
  }

  /** Everything of the run that the provider still lists. */
  async remains(): Promise<Container[]> {
    const driver = await this.driver();
    const prefix = `conformance-${this.id}-`;
    const containers = await driver.listContainers();
    return containers.filter(({ name, labels }) => name.startsWith(prefix) || labels['conformance-run'] === this.id);
  }

  async close(): Promise<void> {
    const driver = this.#driver;
    this.#driver = undefined;
    await (await driver)?.close();
  }
}
