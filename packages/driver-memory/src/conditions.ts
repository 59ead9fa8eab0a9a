import { ContainerError } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import { pause } from './engine/pause.js';
import type { InjectedFailure } from './failures.js';
import type { MemoryOptions } from './options.js';

/** What a call meets before it reaches the engine: the latency and the failures of its connection. */
export class Conditions {
  readonly #latencyMs: number;
  readonly #failures: { readonly failure: InjectedFailure; left: number }[];

  constructor({ latencyMs = 0, failures = [] }: MemoryOptions) {
    this.#latencyMs = latencyMs;
    this.#failures = failures.map((failure) => ({ failure, left: failure.times ?? Number.POSITIVE_INFINITY }));
  }

  async meet({ operation, signal, debug, sending }: OperationContext): Promise<void> {
    debug?.('request', operation);
    await pause(this.#latencyMs, signal);
    const due = this.#failures.find(({ failure, left }) => left > 0 && (failure.operation ?? operation) === operation);
    if (due === undefined) {
      sending();
      return;
    }
    due.left -= 1;
    const { code, message = 'This failure was requested by the option failures.' } = due.failure;
    throw new ContainerError(code, message);
  }
}
