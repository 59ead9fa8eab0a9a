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
    const parts = this.#parts[stream === 'stderr' ? 'stderr' : 'stdout'];
    const room = this.#limit - this.#size;
    this.#size += message.length + 1;
    this.#truncated = this.#size > this.#limit;
    // Of a line that is too long the beginning is kept, too.
    if (this.#truncated) parts.push(message.slice(0, Math.max(0, room)));
    else parts.push(message, '\n');
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
