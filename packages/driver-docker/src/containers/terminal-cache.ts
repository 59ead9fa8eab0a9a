const MAX_CONTAINERS = 1000;

/**
 * Remembers which containers have a terminal, which never changes. Only whole ids are looked up: another container may get a name, or an id
 * with the same beginning.
 */
export class TerminalCache {
  readonly #terminals = new Map<string, boolean>();

  get(id: string): boolean | undefined {
    return this.#terminals.get(id);
  }

  /** @param id the whole id, as the engine reports it */
  set(id: string, hasTerminal: boolean): void {
    this.#terminals.delete(id);
    this.#terminals.set(id, hasTerminal);
    const [oldest] = this.#terminals.keys();
    if (oldest !== undefined && this.#terminals.size > MAX_CONTAINERS) this.#terminals.delete(oldest);
  }
}
