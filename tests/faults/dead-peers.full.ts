import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { RegistryClient } from '@cloud/docker-utils';
import { dockerDriver } from '@cloud/driver-docker';
import { ecsDriver } from '@cloud/driver-ecs';
import { dockerEngine, type HttpFaultProxy, registryEngine, startHttpFaultProxy, startRemoteHost } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { awsOptions, startProxiedAws } from './support/aws.js';
import { startForwardProxy } from './support/forward-proxy.js';
import { startProxiedRegistry } from './support/proxied-registry.js';
import { callsOfVanishedAws } from './support/remote-aws.js';
import { callsOfVanishedEngine, sshStandIn } from './support/remote-docker.js';
import { callsOfVanishedRegistry } from './support/remote-registry.js';
import { startSlowRegistry } from './support/slow-registry.js';
import { vanishTogether } from './support/vanishing.js';

const docker = await dockerEngine();
const registry = await registryEngine();
afterAll(docker.stop);

/** The bound that the documentation states. */
const MAX_NOTICE_MS = 60_000;
/** Longer than the watch takes to notice a peer that vanished. */
const FROZEN_MS = 45_000;
/** What a call fails with whose connection was established, or was never. */
const LOST = /^(connection-lost|unavailable)$/;
/** Calls that begin after the host vanished, and `run()`, whose removal begins then. */
const LATER = /later|^run$/;

function socketOf({ address }: HttpFaultProxy): { readonly socketPath: string } {
  if (!('socketPath' in address)) throw new Error('the proxy has no Unix socket');
  return address;
}

describe.skipIf(!docker.available || !registry.available)(
  'Peer that vanished: connection-lost within 60 s, for readers and writers',
  () => {
    it('Docker driver and run(): all packets are dropped during every kind of call, over tcp, TLS and ssh', async () => {
      const engine = docker.get();
      await engine.loadBusybox();
      const socketPath = engine.socketPath ?? '';
      await using remote = await startRemoteHost({ tcp: { socketPath }, tls: { socketPath, tls: true } });
      await using ssh = await sshStandIn();
      await using slow = await startSlowRegistry(engine.hostAddress);
      const drivers = {
        tcp: await dockerDriver.connect({ host: `tcp://${remote.hosts.tcp}` }),
        tls: await dockerDriver.connect({ host: `tcp://${remote.hosts.tls}`, tls: { ca: remote.certificate } }),
        ssh: await dockerDriver.connect({ host: `ssh://${remote.hosts.tcp}`, sshProgram: ssh.program }),
      };
      const vanishing = vanishTogether(Object.keys(drivers).length, remote.vanish);
      try {
        const outcomes = await Promise.all(
          Object.entries(drivers).map(([transport, driver]) => callsOfVanishedEngine(driver, transport, slow.host, vanishing.ready)),
        );
        const elapsedMs = vanishing.elapsedMs();
        for (const codes of outcomes) expectLost(codes);
        expect(elapsedMs).toBeLessThan(MAX_NOTICE_MS);
      } finally {
        for (const driver of Object.values(drivers)) await driver.close();
      }
    });

    it('Docker driver: a host that is frozen for longer than a vanished one takes to be noticed is waited for', async () => {
      const engine = docker.get();
      await engine.loadBusybox();
      await using remote = await startRemoteHost({ tcp: { socketPath: engine.socketPath ?? '' } });
      await using driver = await dockerDriver.connect({ host: `tcp://${remote.hosts.tcp}` });
      const container = await driver.deployContainer({ image: 'busybox', command: ['sleep', '1000'], name: 'frozen-host' });
      const waiting = driver.waitForContainer(container, { until: 'stopped' });
      const echo = await driver.execContainer(container, ['cat'], { stdin: true });
      const received = buffer(echo.stdout);
      const input = Buffer.alloc(32 * 1024 * 1024, 'x');
      remote.freeze();
      // More than every buffer on the way takes.
      echo.stdin.end(input);
      await sleep(FROZEN_MS);
      remote.resume();
      expect((await received).length).toBe(input.length);
      expect((await echo.exit).code).toBe(0);
      await driver.stopContainer(container, { gracePeriodSeconds: 0 });
      expect((await waiting).state).toBe('stopped');
      await driver.destroyContainer(container);
    });

    it('registry client: all packets are dropped during a pull, a push and a list, over http and https, also when a proxy vanishes', async () => {
      await using source = await startProxiedRegistry({ layerBytes: 8 * 1024 * 1024, relativeUrls: true });
      const [host = '', port] = source.registry.host.split(':');
      await using slow = await startHttpFaultProxy({ target: { host, port: Number(port) }, unixSocket: true });
      slow.always(/^GET .*blobs/, { kind: 'trickle', bytes: 16 * 1024, intervalMilliseconds: 200 });
      const { socketPath } = socketOf(slow);
      await using forward = await startForwardProxy();
      await using remote = await startRemoteHost({ http: { socketPath }, https: { socketPath, tls: true }, proxy: forward });
      const http = new RegistryClient(remote.hosts.http, { insecure: true, credentials: {} });
      const https = new RegistryClient(remote.hosts.https, { tls: { ca: remote.certificate }, credentials: {} });
      const environment = { http_proxy: `http://${remote.hosts.proxy}`, https_proxy: `http://${remote.hosts.proxy}` };
      const proxied = {
        http: new RegistryClient(remote.hosts.http, { insecure: true, credentials: {}, environment }),
        https: new RegistryClient(remote.hosts.https, { tls: { ca: remote.certificate }, credentials: {}, environment }),
      };
      const clients = [http, https, proxied.http, proxied.https];
      const vanishing = vanishTogether(clients.length, remote.vanish);
      const blob = { repository: source.repository, digest: source.layer.digest };
      const outcomes = await Promise.all(
        clients.map((client, index) => callsOfVanishedRegistry(client, blob, `team/upload-${index}`, vanishing.ready)),
      );
      for (const client of clients) await client.close();
      const elapsedMs = vanishing.elapsedMs();
      // A transfer is tried again once, on a new connection.
      for (const codes of outcomes) expect(Object.values(codes).filter((code) => !LOST.test(code))).toEqual([]);
      expect(elapsedMs).toBeLessThan(MAX_NOTICE_MS);
    });

    it('ECS driver: all packets are dropped during a followed log, a wait and requests', async () => {
      await using aws = await startProxiedAws({
        run: async ({ onOutput: whenOutput, terminate }) => {
          whenOutput('line\n');
          await new Promise((resolve) => terminate.addEventListener('abort', resolve, { once: true }));
          return 143;
        },
      });
      const { hostname: host, port } = new URL(aws.fake.endpoint);
      await using socket = await startHttpFaultProxy({ target: { host, port: Number(port) }, unixSocket: true });
      await using remote = await startRemoteHost({ aws: socketOf(socket) });
      const { retry: _default, ...options } = awsOptions(`http://${remote.hosts.aws}`);
      await using driver = await ecsDriver.connect(options);
      const container = await driver.deployContainer({ image: 'busybox', command: ['job'], memoryMiB: 512, cpu: 0.25 });
      const vanishing = vanishTogether(1, remote.vanish);
      const codes = await callsOfVanishedAws(driver, container, vanishing.ready);
      const elapsedMs = vanishing.elapsedMs();
      expect(Object.values(codes).filter((code) => !LOST.test(code))).toEqual([]);
      expect(elapsedMs).toBeLessThan(MAX_NOTICE_MS);
    });
  },
);

/** Expects `connection-lost` of the calls whose connections were established. */
function expectLost(codes: Readonly<Record<string, string>>): void {
  for (const [what, code] of Object.entries(codes)) {
    expect([what, code]).toEqual([what, LATER.test(what) ? expect.stringMatching(LOST) : 'connection-lost']);
  }
}
