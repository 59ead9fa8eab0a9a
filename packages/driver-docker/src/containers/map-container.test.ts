import { rawOf } from '@cloud/container-core';
import { describe, expect, it } from 'vitest';
import { mapInstant } from '../map-instant.js';
import { mapListed } from './map-container.js';
import { mapEndpoints } from './map-endpoints.js';
import { mapExit, mapHealth, mapState } from './map-state.js';

const loopback = { host: '127.0.0.1', forLoopback: false };

describe('mapState', () => {
  it.each([
    ['created', 'created'],
    ['running', 'running'],
    ['paused', 'paused'],
    ['restarting', 'restarting'],
    ['removing', 'stopping'],
    ['exited', 'stopped'],
    ['dead', 'stopped'],
    ['configured', 'created'],
    ['Exited', 'stopped'],
    ['hibernating', 'unknown'],
    [undefined, 'unknown'],
  ])('%s is %s', (word, state) => expect(mapState(word)).toBe(state));

  it('never makes an exit code up', () => {
    expect(mapExit({ Status: 'exited', ExitCode: null })).toEqual({});
    expect(mapExit({ Status: 'exited', ExitCode: 0 })).toEqual({ code: 0 });
    expect(mapExit({ Status: 'exited', ExitCode: 137, OOMKilled: true })).toEqual({ code: 137, outOfMemory: true, reason: 'OOMKilled' });
    expect(mapExit({ Status: 'running', ExitCode: 0 })).toBeUndefined();
    expect(mapExit({ Status: 'created', ExitCode: 0 })).toBeUndefined();
  });

  it('knows what never was', () => {
    expect(mapInstant('0001-01-01T00:00:00Z')).toBeUndefined();
    expect(mapInstant('')).toBeUndefined();
    expect(mapInstant('2026-11-22T22:08:50.046979558Z')).toEqual(new Date('2026-11-22T22:08:50.046Z'));
    expect(mapHealth('none')).toBeUndefined();
    expect(mapHealth('healthy')).toBe('healthy');
  });
});

describe('mapEndpoints', () => {
  const port = { containerPort: 80, protocol: 'tcp', hostPort: 8080 };

  it('gives an address to connect to, once', () => {
    const both = [
      { ...port, hostAddress: '0.0.0.0' },
      { ...port, hostAddress: '::' },
    ];
    expect(mapEndpoints(both, loopback)).toEqual([{ containerPort: 80, protocol: 'tcp', host: '127.0.0.1', port: 8080, scope: 'host' }]);
    expect(mapEndpoints(both, { host: 'engine.example.com', forLoopback: false }).map(({ host }) => host)).toEqual(['engine.example.com']);
    expect(mapEndpoints([{ ...port, hostAddress: '127.0.0.1' }], { host: 'vm', forLoopback: true })[0]?.host).toBe('vm');
    expect(mapEndpoints([{ ...port, hostAddress: '192.0.2.1' }], { host: 'vm', forLoopback: true })[0]?.host).toBe('192.0.2.1');
  });

  it('leaves out what is exposed but not published, and what is neither TCP nor UDP', () => {
    expect(
      mapEndpoints(
        [
          { ...port, hostAddress: '', hostPort: 0 },
          { ...port, hostAddress: '', protocol: 'sctp' },
        ],
        loopback,
      ),
    ).toEqual([]);
  });
});

describe('mapListed', () => {
  const listed = {
    Id: 'a1',
    Names: ['/web/alias', '/web'],
    Image: 'nginx',
    ImageID: 'sha256:1',
    State: 'exited',
    Status: 'Exited (137) 2 minutes ago',
    Created: 1,
  };

  it('reads names, exit codes and labels', () => {
    const container = mapListed(
      { ...listed, Labels: { a: 'b', 'cloud.container.managed': 'true' } },
      { provider: 'docker', published: loopback },
    );
    expect(container).toMatchObject({ name: 'web', state: 'stopped', exit: { code: 137 }, labels: { a: 'b' }, createdAt: new Date(1000) });
    expect(Object.keys(container.labels)).toEqual(['a']);
    expect(Object.keys(container)).not.toContain('raw');
    expect(rawOf(container)).toMatchObject({ Id: 'a1' });
  });

  it('takes an image that has only an id for what it is', () => {
    const id = `sha256:${'c'.repeat(64)}`;
    const container = mapListed({ ...listed, Image: id, ImageID: id }, { provider: 'docker', published: loopback });
    expect(container.image).toEqual({ name: id, reference: id, id, provider: 'docker' });
  });
});
