import { dockerEngine } from '@cloud/test-engines';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { document, lines } from './output-schema.js';
import { Home } from './playground.js';

const docker = await dockerEngine();
const home = new Home();
afterAll(docker.stop);

const deploy = (name: string) => `deploy busybox --name ${name} -- sleep 600\n`;

describe('a command with several names', () => {
  it.each([
    ['stop --grace 0', 'web is stopped'],
    ['start', 'web is running'],
    ['restart --grace 0', 'web is running'],
    ['rm', 'web is removed'],
    ['kill', 'SIGKILL is sent to web'],
    ['wait --until running', 'web is running'],
  ])('%s processes all names when one is missing, and exits with 1', async (words, line) => {
    const { stdout, stderr } = await home.run(['shell'], { input: `${deploy('web')}${words} missing web other --json\n` });
    expect(stdout).toContain('"name":"web"');
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'not-found', failures: [{ subject: 'missing' }, { subject: 'other' }] },
    });
    document('error', stderr);
    const forPeople = await home.run(['shell'], { input: `${deploy('web')}${words} missing web other\n` });
    expect(forPeople.code).toBe(1);
    expect(forPeople.stdout).toContain(line);
    expect(forPeople.stderr.match(/^error: .*/gm)).toEqual([expect.stringContaining('missing'), expect.stringContaining('other')]);
  });

  it('processes all images when one is missing', async () => {
    const removed = await home.run(['rmi', 'missing', 'hello-world', '--json']);
    expect({ code: removed.code, out: lines('removed-image', removed.stdout) }).toEqual({
      code: 1,
      out: [{ image: 'hello-world', removed: true }],
    });
    document('error', removed.stderr);
  });

  it('processes a container once when it is named twice', async () => {
    const input = `${deploy('web')}rm web web\n`;
    expect(await home.run(['shell'], { input })).toMatchObject({ code: 0, stdout: expect.stringMatching(/web is removed\n$/) });
  });
});

describe.skipIf(!docker.available)('several names on a real Docker engine', () => {
  const on = (...words: string[]) => home.run(words, { environment: { CLOUD_CONTAINER_URL: docker.get().url } });
  const names = Array.from({ length: 10 }, (_, index) => `web-${index}`);
  beforeEach(async () => {
    await Promise.all(names.map((name) => on('deploy', 'busybox', '--name', name, '--', 'sleep', '600')));
  });

  it('pauses, resumes and removes all others when names are missing in between', async () => {
    for (const verb of ['pause', 'resume']) {
      const { code, stdout } = await on(verb, 'missing', 'web-1', 'web-0');
      expect({ verb, code, stdout }).toEqual({ verb, code: 1, stdout: expect.stringMatching(/^web-1 is [^\n]+\nweb-0 is [^\n]+\n$/) });
    }
    const given = names.flatMap((name, index) => [name, `missing-${index}`]);
    const { code, stdout, stderr } = await on('rm', ...given);
    expect({ code, stdout }).toEqual({ code: 1, stdout: names.map((name) => `${name} is removed\n`).join('') });
    expect(stderr.match(/^error: /gm)).toHaveLength(10);
    expect((await on('ps', '--all', '--json')).stdout).toBe('[]\n');
  });
});
