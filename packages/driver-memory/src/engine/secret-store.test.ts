import { inspect } from 'node:util';
import { rawOf } from '@cloud/container-core';
import type { DebugEvent } from '@cloud/container-core/driver-kit';
import { describe, expect, it } from 'vitest';
import { createMemoryEngine, memoryDriver, type Program } from '../index.js';

const images: Record<string, Program> = { app: ({ env, stdout }) => void stdout.write(`${env['TOKEN']}\n`) };
const secrets = { 'vault/token': 'hunter22-canary' };

describe.each(['engine', 'tasks'] as const)('secrets of the profile %s', (profile) => {
  it('passes the value to the program and shows it nowhere else', async () => {
    const events: DebugEvent[] = [];
    const options = { profile, images, secrets, onDebug: (event: DebugEvent) => void events.push(event) };
    await using driver = await memoryDriver.connect(options);
    const container = await driver.deployContainer({ image: 'app', secrets: { TOKEN: 'vault/token' } });
    const ended = await driver.waitForContainer(container, { until: 'stopped' });
    const lines: string[] = [];
    for await (const { message } of driver.getContainerLogs(ended)) lines.push(message);
    expect(lines).toEqual(['hunter22-canary']);
    const seen = [container, ended, rawOf(ended), events, driver];
    expect(inspect(seen, { depth: Number.POSITIVE_INFINITY, showHidden: true })).not.toContain('hunter22-canary');
  });

  it('passes the value again when the container is started again', async () => {
    await using driver = await memoryDriver.connect({ profile, images, secrets });
    const container = await driver.deployContainer({ image: 'app', secrets: { TOKEN: 'vault/token' } });
    await driver.waitForContainer(container, { until: 'stopped' });
    const again = await driver.startContainer(container);
    await driver.waitForContainer(again, { until: 'stopped' });
    const messages: string[] = [];
    for await (const { message } of driver.getContainerLogs(again)) messages.push(message);
    expect(messages.at(-1)).toBe('hunter22-canary');
  });

  it('refuses a deploy and leaves nothing when a reference is unknown', async () => {
    await using driver = await memoryDriver.connect({ profile, images, secrets });
    const deploying = driver.deployContainer({ image: 'app', secrets: { TOKEN: 'hunter33-canary' } });
    const error = await deploying.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining('secrets.TOKEN') });
    expect(inspect(error)).not.toContain('hunter33-canary');
    expect(await driver.listContainers()).toEqual([]);
  });
});

it('refuses secrets that are not strings by their references', async () => {
  await expect(memoryDriver.connect({ secrets: { a: 7 } as object as Record<string, string> })).rejects.toMatchObject({
    code: 'invalid-argument',
  });
  const engine = createMemoryEngine({ secrets });
  await expect(memoryDriver.connect({ engine, secrets })).rejects.toMatchObject({ code: 'invalid-argument' });
  await engine.close();
});
