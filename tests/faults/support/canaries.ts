import { inspect } from 'node:util';
import type { DebugEvent } from '@cloud/container-core/driver-kit';
import { expect } from 'vitest';

/** A secret that nobody else has, for one field. */
export const canary = (field: string): string => `CANARY-${field}-9f3b7c1e`;

/** Everything in which an error could give a secret away. */
export function everyTextOf(error: unknown): string {
  const texts: string[] = [];
  const seen = new Set<unknown>();
  const collect = (value: unknown) => {
    if (value === null || typeof value !== 'object' || seen.has(value)) return;
    seen.add(value);
    texts.push(String(value), JSON.stringify(value) ?? '', inspect(value, { showHidden: true, depth: Number.POSITIVE_INFINITY }));
    for (const key of Reflect.ownKeys(value)) {
      const member = Reflect.get(value, key);
      texts.push(String(typeof member === 'symbol' ? '' : member));
      collect(member);
    }
  };
  collect(error);
  return texts.join('\n');
}

/** Secrets to look for, in every spelling in which they travel. */
export class Canaries {
  readonly #secrets: string[] = [];
  /** Hand it to `onDebug`: its events are searched too. */
  readonly onDebug = (event: DebugEvent): void => {
    this.#events.push(event);
  };
  readonly #events: DebugEvent[] = [];

  /** Makes a secret. */
  plant(field: string): string {
    const secret = canary(field);
    this.#secrets.push(secret);
    return secret;
  }

  get eventCount(): number {
    return this.#events.length;
  }

  /** Fails when a secret is in an error, in anything hidden inside it, or in a debug event so far. */
  expectNoneIn(...values: readonly unknown[]): void {
    const text = `${values.map(everyTextOf).join('\n')}\n${inspect(this.#events, { depth: 10, maxArrayLength: null })}`;
    for (const secret of this.#secrets) {
      for (const spelling of [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]) {
        // Without the end, which in base64 depends on what follows.
        const found = text.indexOf(spelling.slice(0, 16));
        expect(found < 0 ? 'nowhere' : text.slice(Math.max(0, found - 200), found + 50), `where ${secret} is`).toBe('nowhere');
      }
    }
  }
}
