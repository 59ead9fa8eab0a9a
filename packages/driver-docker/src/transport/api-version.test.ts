import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dockerDriver } from '../factory.js';
import { type Answer, startStrictEngine } from '../test-support/strict-engine.js';
import { agreeOnVersion, compareVersions } from './api-version.js';

function recorded(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));
}

const serveInspect =
  (fixture: string): Answer =>
  ({ method, path }) =>
    method === 'GET' && path === '/containers/web/json' ? { json: recorded(fixture) } : undefined;

describe('the version of the API', () => {
  it('is compared by number', () => {
    expect(compareVersions('1.9', '1.10')).toBeLessThan(0);
    expect(compareVersions('1.44', '1.44')).toBe(0);
    expect(compareVersions('2.0', '1.52')).toBeGreaterThan(0);
  });

  it.each(['1.40', '1.24', '', 'v1.41', '1.x'])('can not be agreed on with %j', (newest) => {
    expect(() => agreeOnVersion(newest)).toThrowError(expect.objectContaining({ code: 'unsupported' }));
  });

  it.each([
    ['an old engine', '1.24', '1.41', '1.41'],
    ['an engine of today', '1.44', '1.52', '1.52'],
    ['an engine between', '1.24', '1.44', '1.44'],
    ['an engine that is newer than we are', '1.44', '1.99', '1.52'],
  ])('with %s is the newest that both know', async (_what, oldest, newest, spoken) => {
    await using engine = await startStrictEngine(
      oldest,
      newest,
      serveInspect(spoken === '1.52' ? 'inspect-1.52.json' : 'inspect-1.41.json'),
    );
    await using driver = await dockerDriver.connect({ host: engine.host });
    const container = await driver.getContainer('web');
    expect(engine.requests.map(({ version }) => version)).toEqual([spoken]);
    expect(container).toMatchObject({
      name: 'brave_kalam',
      state: 'running',
      image: { reference: expect.stringContaining('busybox') },
      ipAddresses: [expect.stringMatching(/^172\./)],
      endpoints: [{ containerPort: 80, protocol: 'tcp', host: '127.0.0.1', scope: 'host' }],
      labels: { a: 'b' },
      startedAt: new Date('2026-11-22T22:08:50.046Z'),
    });
    expect(container.health).toBe(spoken === '1.52' ? 'healthy' : undefined);
    expect(container).not.toHaveProperty('finishedAt');
    expect(container).not.toHaveProperty('exit');
  });

  it('is agreed on again when another engine answers at the same address', async () => {
    await using engine = await startStrictEngine('1.24', '1.52', serveInspect('inspect-1.52.json'));
    await using driver = await dockerDriver.connect({ host: engine.host });
    await driver.getContainer('web');
    engine.become('1.24', '1.41');
    await driver.getContainer('web');
    expect(engine.requests.map(({ version }) => version)).toEqual(['1.52', '1.41']);
    engine.become('1.44', '1.52');
    await driver.getContainer('web');
    expect(engine.requests.at(-1)?.version).toBe('1.52');
  });

  it('is unsupported when the engine has left ours behind', async () => {
    await using engine = await startStrictEngine('1.60', '1.70', serveInspect('inspect-1.52.json'));
    await using driver = await dockerDriver.connect({ host: engine.host });
    await expect(driver.getContainer('web')).rejects.toMatchObject({ code: 'unsupported', message: expect.stringContaining('1.60') });
  });

  it('can be set, and is then not changed', async () => {
    await using engine = await startStrictEngine('1.24', '1.52', serveInspect('inspect-1.41.json'));
    await using driver = await dockerDriver.connect({ host: engine.host, apiVersion: '1.43' });
    await driver.getContainer('web');
    expect(engine.requests[0]?.version).toBe('1.43');
    engine.become('1.44', '1.52');
    await expect(driver.getContainer('web')).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('lists with the health that engines tell since 1.52, and with the text that they told before', async () => {
    const listed = { Id: 'a1', Names: ['/x'], Image: 'busybox', State: 'running', Created: 1, Labels: {}, Ports: [] };
    const answer: Answer = ({ path, version }) => {
      if (!path.startsWith('/containers/json')) return undefined;
      const health =
        version === '1.52'
          ? { Status: 'Up 2 seconds', Health: { Status: 'starting', FailingStreak: 0 } }
          : { Status: 'Up 2 seconds (unhealthy)' };
      return { json: [{ ...listed, ...health }] };
    };
    await using engine = await startStrictEngine('1.24', '1.52', answer);
    await using driver = await dockerDriver.connect({ host: engine.host });
    expect((await driver.listContainers())[0]?.health).toBe('starting');
    engine.become('1.24', '1.41');
    expect((await driver.listContainers())[0]?.health).toBe('unhealthy');
  });
});
