import { describe, expect, it } from 'vitest';
import { tinyCapabilities } from '../../test-support/tiny-driver.js';
import type { DeployOptions } from '../../types/deploy-options.js';
import { deployRequest, deployServiceRequest } from './deploy-options.js';
import { FINGERPRINT_LABEL } from './labels.js';

const about = { provider: 'tiny', operation: 'deployContainer', capabilities: tinyCapabilities, providerOptionKeys: ['network'] };
const request = (options: unknown) => deployRequest(about, options as DeployOptions);

/** The beginning of a message about a field that is wrong, or unknown. */
const mention = (field: string) => new RegExp(`^deployContainer: (?:unknown option ")?${field.replace(/[[\]]/g, '\\$&')}[" ]`);

describe('deployRequest', () => {
  it('fills in every default', () => {
    expect(request({ image: 'nginx' })).toEqual({
      name: expect.stringMatching(/^nginx-[a-z0-9]+$/),
      nameIsGenerated: true,
      image: 'docker.io/library/nginx:latest',
      env: {},
      ports: [],
      labels: {},
      reservedLabels: { 'cloud.container.managed': 'true' },
      mounts: [],
      start: true,
      pullPolicy: 'missing',
      own: {},
    });
    expect(request({ image: 'nginx', ports: [{ containerPort: 80 }] }).ports).toEqual([
      { containerPort: 80, hostPort: 0, hostAddress: '127.0.0.1', protocol: 'tcp' },
    ]);
    expect(request({ image: 'nginx', healthCheck: { command: ['true'] } }).healthCheck).toEqual({
      command: ['true'],
      intervalSeconds: 30,
      timeoutSeconds: 5,
      retries: 3,
      startPeriodSeconds: 0,
    });
  });

  it.each([
    ['image', {}],
    ['image', { image: 'No Such' }],
    ['image', { image: { name: 'x' } }],
    ['name', { name: 'Bad_Name' }],
    ['name', { name: 'a'.repeat(64) }],
    ['name', { name: '../x' }],
    ['name', { name: 'a' }],
    ['name', { name: '7' }],
    ['name', { name: 'ab-' }],
    ['name', { name: '-ab' }],
    ['command', { command: 'echo hi' }],
    ['command[1]', { command: ['a', 1] }],
    ['command[0]', { command: ['a\0b'] }],
    ['entrypoint', { entrypoint: {} }],
    ['env', { env: [] }],
    ['env key', { env: { 'A=B': 'x' } }],
    ['env key', { env: { '': 'x' } }],
    ['env.A', { env: { A: 1 } }],
    ['secrets', { secrets: [] }],
    ['secrets key', { secrets: { 'A=B': 'x' } }],
    ['secrets.A', { secrets: { A: 1 } }],
    ['secrets.A', { secrets: { A: '' } }],
    ['secrets.A', { secrets: { A: 'a\nb' } }],
    ['secrets.A', { env: { A: 'x' }, secrets: { A: 'reference' } }],
    ['ports[0].containerPort', { ports: [{ containerPort: 0 }] }],
    ['ports[0].containerPort', { ports: [{ containerPort: 65_536 }] }],
    ['ports[0].containerPort', { ports: [{ containerPort: 80.5 }] }],
    ['ports[0].hostPort', { ports: [{ containerPort: 80, hostPort: -1 }] }],
    ['ports[0].hostAddress', { ports: [{ containerPort: 80, hostAddress: 'localhost' }] }],
    ['ports[0].protocol', { ports: [{ containerPort: 80, protocol: 'sctp' }] }],
    [
      'ports[1].hostPort',
      {
        ports: [
          { containerPort: 80, hostPort: 8080 },
          { containerPort: 81, hostPort: 8080 },
        ],
      },
    ],
    ['ports[0].port', { ports: [{ port: 80, containerPort: 80 }] }],
    ['cpu', { cpu: 0 }],
    ['cpu', { cpu: Number.NaN }],
    ['cpu', { cpu: '1' }],
    ['memoryMiB', { memoryMiB: 1 }],
    ['memoryMiB', { memoryMiB: 512.5 }],
    ['labels.a', { labels: { a: 1 } }],
    ['labels key', { labels: { 'a b': 'x' } }],
    ['labels.cloud.container.managed', { labels: { 'cloud.container.managed': 'x' } }],
    ['mounts[0].type', { mounts: [{ type: 'nfs', target: '/a' }] }],
    ['mounts[0].target', { mounts: [{ type: 'volume', target: 'a' }] }],
    ['mounts[0].target', { mounts: [{ type: 'volume', target: '/' }] }],
    [
      'mounts[1].target',
      {
        mounts: [
          { type: 'tmpfs', target: '/a' },
          { type: 'tmpfs', target: '/a' },
        ],
      },
    ],
    ['mounts[0].source', { mounts: [{ type: 'bind', target: '/a' }] }],
    ['mounts[0].source', { mounts: [{ type: 'bind', source: 'relative', target: '/a' }] }],
    ['mounts[0].source', { mounts: [{ type: 'volume', source: '../x', target: '/a' }] }],
    ['mounts[0].source', { mounts: [{ type: 'tmpfs', source: 'x', target: '/a' }] }],
    ['mounts[0].readOnly', { mounts: [{ type: 'volume', target: '/a', readOnly: true }] }],
    ['restartPolicy.condition', { restartPolicy: { condition: 'sometimes' } }],
    ['restartPolicy.maxRetries', { restartPolicy: { condition: 'always', maxRetries: 3 } }],
    ['healthCheck.command', { healthCheck: { command: [] } }],
    ['healthCheck.retries', { healthCheck: { command: ['true'], retries: 0 } }],
    ['user', { user: '' }],
    ['user', { user: 'a\nb' }],
    ['workingDirectory', { workingDirectory: 'relative' }],
    ['stopTimeoutSeconds', { stopTimeoutSeconds: -1 }],
    ['platform', { platform: 'linux' }],
    ['cluster', { cluster: '' }],
    ['start', { start: 'yes' }],
    ['idempotencyKey', { idempotencyKey: 'a b' }],
    ['idempotencyKey', { idempotencyKey: 'k'.repeat(129) }],
    ['pullPolicy', { pullPolicy: 'sometimes' }],
    ['credentials.password', { credentials: { password: 1 } }],
    ['credentials.apikey', { credentials: { apikey: 'x' } }],
    ['providerOptions', { providerOptions: 'x' }],
    ['providerOptions.tiny.networks', { providerOptions: { tiny: { networks: 'x' } } }],
    ['enviroment', { enviroment: {} }],
  ])('names the field %s', (field, options) => {
    const whole = 'image' in options || field === 'image' ? options : { image: 'app', ...options };
    expect(() => request(whole)).toThrowError(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(mention(field)) }),
    );
  });

  it('never shows the value of a variable or a credential', () => {
    for (const options of [{ env: { TOKEN: 'hunter2\0' } }, { credentials: { username: 'u', password: 'hunter2\n' } }]) {
      expect(() => request({ image: 'app', ...options })).toThrowError(
        expect.objectContaining({ code: 'invalid-argument', message: expect.not.stringContaining('hunter2') }),
      );
    }
  });

  it('ignores foreign provider options and keeps its own', () => {
    const own = request({ image: 'app', providerOptions: { other: { anything: 1 }, tiny: { network: 'n' } } }).own;
    expect(own).toEqual({ network: 'n' });
  });

  it('names a container by its key, and fingerprints what was asked for, not how it was spelled', () => {
    const first = request({ image: 'nginx', idempotencyKey: 'k1', env: { A: '1', B: '2' } });
    const again = request({ env: { B: '2', A: '1' }, idempotencyKey: 'k1', image: 'docker.io/library/nginx:latest', command: undefined });
    const other = request({ image: 'nginx', idempotencyKey: 'k1', env: { A: '1' } });
    expect(again).toEqual(first);
    expect(other.name).toBe(first.name);
    expect(other.reservedLabels[FINGERPRINT_LABEL]).not.toBe(first.reservedLabels[FINGERPRINT_LABEL]);
    expect(request({ image: 'nginx' }).name).not.toBe(request({ image: 'nginx' }).name);
  });

  it('fingerprints references to secrets, so that the same key with another reference is a conflict', () => {
    const of = (secrets: object) => request({ image: 'nginx', idempotencyKey: 'k', secrets }).idempotency?.fingerprint;
    expect(of({ TOKEN: 'one' })).toBe(of({ TOKEN: 'one' }));
    expect(of({ TOKEN: 'one' })).not.toBe(of({ TOKEN: 'two' }));
  });

  it('does not fingerprint credentials: a renewed token is not another deploy', () => {
    const one = request({ image: 'nginx', idempotencyKey: 'k', credentials: { username: 'u', password: 'one' } });
    const two = request({ image: 'nginx', idempotencyKey: 'k', credentials: { username: 'u', password: 'two' } });
    expect(one.idempotency).toEqual(two.idempotency);
  });

  it.each(['ab', '7a', 'a1', 'a--b', 'a'.repeat(63)])('accepts the name %s', (name) => {
    expect(request({ image: 'app', name }).name).toBe(name);
  });

  it('makes a valid name of any image', () => {
    for (const image of [
      'a',
      '7',
      'a_b.c',
      `x/y-${'z'.repeat(80)}`,
      `ghcr.io/o/app@sha256:${'a'.repeat(64)}`,
      `sha256:${'a'.repeat(64)}`,
    ]) {
      expect(request({ image }).name).toMatch(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/);
    }
  });
});

describe('deployServiceRequest', () => {
  it.each(['7zip', '2a', 'a', '-a', 'A1'])('refuses the name %s, which is not a letter and more', (name) => {
    expect(() => deployServiceRequest(about, { image: 'app', name })).toThrowError(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringContaining('deployContainer: name must be') }),
    );
  });

  it('makes a name that begins with a letter when the image begins with a digit', () => {
    for (const image of ['7zip', `7/${'9'.repeat(80)}`, 'nginx']) {
      for (const idempotencyKey of [undefined, 'k']) {
        const { name, nameIsGenerated } = deployServiceRequest(about, { image, idempotencyKey });
        expect(name).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
        expect(nameIsGenerated).toBe(true);
      }
    }
  });

  it('passes references to secrets to the driver', () => {
    expect(deployServiceRequest(about, { image: 'app', secrets: { TOKEN: 'reference' } }).secrets).toEqual({ TOKEN: 'reference' });
  });

  it('has a number of containers, and no start or restart policy', () => {
    expect(deployServiceRequest(about, { image: 'app' })).toMatchObject({ replicas: 1 });
    for (const options of [{ replicas: -1 }, { replicas: 1.5 }, { start: false }, { restartPolicy: { condition: 'always' } }]) {
      expect(() => deployServiceRequest(about, { image: 'app', ...options })).toThrowError(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
    }
  });
});
