import type { LogEntry } from '../types/logs.js';

/** Collects lines as text up to a limit; what came first is kept. */
export class CollectedOutput {
  readonly #limit: number;
  readonly #parts = { stdout: [] as string[], stderr: [] as string[] };
  #size = 0;
  #truncated = false;

  constructor(limitCharacters: number) {
    this.#limit = limitCharacters;
  }

  add({ stream, message }: LogEntry): void {
    if (this.#truncated) return;
    this.#size += message.length + 1;
    if (this.#size > this.#limit) this.#truncated = true;
    else this.#parts[stream === 'stderr' ? 'stderr' : 'stdout'].push(message, '\n');
  }

  get truncated(): boolean {
    return this.#truncated;
  }

  get stdout(): string {
    return this.#parts.stdout.join('');
  }

  get stderr(): string {
    return this.#parts.stderr.join('');
  }
}
