import { expect } from 'vitest';
import type { DockerDriver } from '../docker-driver.js';

/** Goes through everything that a transport must carry: kept connections, a raw stream, and one that is taken over and half closed. */
export async function useEverything(driver: DockerDriver): Promise<void> {
  expect((await driver.ping()).name).toBe('Docker Engine');
  const container = await driver.deployContainer({
    image: 'busybox:latest',
    command: ['sh', '-c', 'echo one; echo two; sleep 60'],
    stopTimeoutSeconds: 0,
  });
  try {
    const lines: string[] = [];
    for await (const { message } of driver.getContainerLogs(container, { follow: true })) if (lines.push(message) === 2) break;
    expect(lines).toEqual(['one', 'two']);
    const process = await driver.execContainer(container, ['cat'], { stdin: true });
    process.stdin.end('through and back');
    const output: Buffer[] = [];
    for await (const chunk of process.stdout) output.push(chunk as Buffer);
    expect(Buffer.concat(output).toString()).toBe('through and back');
    expect(await process.exit).toEqual({ code: 0 });
  } finally {
    await driver.destroyContainer(container);
  }
}
