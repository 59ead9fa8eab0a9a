import type { Container } from '@cloud/container-core';
import { dockerEngine } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { document, lines } from './output-schema.js';
import { Home } from './playground.js';

const docker = await dockerEngine();
const home = new Home();
afterAll(docker.stop);

const json = async (...words: string[]) => {
  const { code, stdout, stderr } = await home.run(['--json', ...words]);
  return { code, stdout, stderr };
};

describe('--json on memory', () => {
  it('run is a stream: the container, its lines, how it ended', async () => {
    const said = lines<{ type: string; message?: string }>('run', (await json('run', 'busybox', '--', 'echo', 'hi')).stdout);
    expect(said).toMatchObject([{ type: 'container' }, { type: 'log', message: 'hi' }, { type: 'exit', exit: { code: 0 } }]);
    const { code, stdout, stderr } = await json('run', 'busybox', '--', 'printenv', 'NOBODY');
    expect({ code, stdout: lines<{ type: string }>('run', stdout).map(({ type }) => type) }).toEqual({
      code: 1,
      stdout: ['container', 'exit'],
    });
    expect(stderr).toBe('');
  });

  it('deploy, images, providers and tour are documents', async () => {
    const deployed = await json('deploy', 'memory/http-echo', '--publish', '80', '--label', 'a=b');
    expect(document<Container>('container', deployed.stdout)).toMatchObject({ labels: { a: 'b' }, endpoints: [{ containerPort: 80 }] });
    expect(deployed.stderr).toBe('');
    document('images', (await json('images')).stdout);
    document('providers', (await json('providers')).stdout);
    expect(document('tour', (await json('tour')).stdout)).toMatchObject({ ok: true });
    document('profiles', (await json('init')).stdout);
    lines('removed-image', (await json('rmi', 'hello-world')).stdout);
  });

  it('a failure is a document on stderr, also one of usage', async () => {
    document('error', (await json('inspect', 'nobody')).stderr);
    document('error', (await json('inspect')).stderr);
    document('error', (await json('inspect', 'nobody', '--verbose')).stderr);
  });
});

describe.skipIf(!docker.available)('--json on a real Docker engine', () => {
  it('is the same', async () => {
    const url = docker.get().url;
    const on = (...words: string[]) => json('--url', url, ...words);
    const command = ['--', 'sh', '-c', 'echo out; echo err >&2; exec sleep 600'];
    const deployed = document<Container>('container', (await on('deploy', 'busybox', '--publish', '80', '--wait', ...command)).stdout);
    expect(document<Container[]>('containers', (await on('ps')).stdout).map(({ id }) => id)).toEqual([deployed.id]);
    expect(document<Container>('container', (await on('inspect', deployed.name)).stdout)).toMatchObject({ state: 'running' });
    expect(lines('log', (await on('logs', deployed.name)).stdout)).toHaveLength(2);
    expect(lines<Container>('container', (await on('stop', deployed.name, '--grace', '0')).stdout)).toMatchObject([
      { exit: { code: 137 } },
    ]);
    expect(lines('removed', (await on('rm', deployed.name)).stdout)).toHaveLength(1);
    expect(document('containers', (await on('ps', '--all')).stdout)).toEqual([]);
    document('images', (await on('images')).stdout);
  });
});
