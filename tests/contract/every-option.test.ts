import { type AddressInfo, createServer } from 'node:net';
import { ContainerError } from '@cloud/container-core';
import { afterAll, describe, expect, it } from 'vitest';
import { type Mistake, mistakesOf } from './mistakes.js';
import { type CalledObject, makeObjects } from './objects.js';
import { type PublicCall, publicCalls } from './public-calls.js';

let connections = 0;
const listeners = new Set<() => void>();
const server = createServer((socket) => {
  connections += 1;
  socket.on('error', () => undefined).destroy();
  for (const listener of listeners) listener();
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
const objects = await makeObjects(address);
const context = { address, driver: objects.driver };

afterAll(async () => {
  await objects.close();
  await new Promise((resolve) => server.close(resolve));
});

// What takes no options has nothing to misspell.
const calls = publicCalls().filter(({ parameters }) => parameters.some(({ form }) => form.objects.length > 0));

describe.each(calls.map((call) => [titleOf(call), call] as const))('%s', (_title, call) => {
  it('refuses a misspelled option, a misspelled nested key and a value of a wrong type before any connection', async () => {
    const accepted: string[] = [];
    for (const object of objects.for(call)) {
      for (const mistake of mistakesOf(call, object.provider, context)) {
        const problem = await problemWith(call, object, mistake);
        if (problem !== undefined) accepted.push(`${object.title}: ${mistake.what}: ${problem}`);
      }
    }
    expect(accepted).toEqual([]);
  });
});

it('finds calls of every kind in every package', () => {
  expect(new Set(calls.map((call) => `${call.package} ${call.kind}`))).toEqual(
    new Set([
      '@cloud/container-core constructor',
      '@cloud/container-core function',
      '@cloud/container-core method of a type',
      '@cloud/docker-utils constructor',
      '@cloud/docker-utils method of a type',
      '@cloud/driver-docker method of a type',
      '@cloud/driver-docker method of an export',
      '@cloud/driver-ecs function',
      '@cloud/driver-ecs method of a type',
      '@cloud/driver-ecs method of an export',
      '@cloud/driver-memory function',
      '@cloud/driver-memory method of a type',
      '@cloud/driver-memory method of an export',
    ]),
  );
});

function titleOf({ package: name, owner, method, kind }: PublicCall): string {
  return `${name} ${kind === 'constructor' ? 'new ' : ''}${owner}${method === undefined ? '' : `.${method}`}()`;
}

/** What is wrong with the outcome of a call with a mistake; `undefined` when it was refused as it must be. */
async function problemWith(call: PublicCall, { value }: CalledObject, { values, expected }: Mistake): Promise<string | undefined> {
  const before = connections;
  const error = await failureOf(() => invoke(call, value as Readonly<Record<string, unknown>>, values));
  if (connections !== before) return 'connected';
  if (error === undefined) return 'accepted';
  if (!ContainerError.isInstance(error)) return `threw ${String(error)}`;
  // What a provider does not have is refused whatever it holds.
  const isRefused = error.code === 'invalid-argument' || (error.code === 'unsupported' && / the option /.test(error.message));
  if (!isRefused) return `${error.code}: ${error.message}`;
  return error.code === 'unsupported' || expected.test(error.message) ? undefined : `another message: ${error.message}`;
}

function invoke(
  { kind, owner, method = owner }: PublicCall,
  object: Readonly<Record<string, unknown>>,
  values: readonly unknown[],
): unknown {
  const called = object[method];
  if (typeof called !== 'function') throw new Error(`${method} is not a function.`);
  if (kind === 'constructor') return Reflect.construct(called, values);
  return Reflect.apply(called, object, values);
}

/** What a call throws or rejects with; `undefined` when it succeeds. A connection ends the wait: the call was not refused. */
async function failureOf(invoked: () => unknown): Promise<unknown> {
  const { promise: connection, resolve: connected } = withResolvers();
  listeners.add(connected);
  try {
    const result = invoked();
    await Promise.race([settled(result), connection]);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    listeners.delete(connected);
  }
}

async function settled(result: unknown): Promise<void> {
  const value = result instanceof Promise || typeof (result as PromiseLike<unknown> | null)?.then === 'function' ? await result : result;
  if (typeof value !== 'object' || value === null) return;
  if (Symbol.asyncIterator in value) await (value as AsyncIterable<unknown>)[Symbol.asyncIterator]().next();
  const { close } = value as { close?: () => unknown };
  if (typeof close === 'function') await close.call(value);
}

function withResolvers() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
