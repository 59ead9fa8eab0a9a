import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { leftoversOf } from '../test-support/leftovers.js';
import { runTypeScript } from '../test-support/run-typescript.js';
import { kubernetesCluster } from './kubernetes-availability.js';
import { type KubernetesCluster, startKubernetesCluster } from './kubernetes-cluster.js';

const cluster = await kubernetesCluster();
afterAll(cluster.stop);

/** Runs a pod of busybox and waits until it is ready, or has ended. */
async function runPod({ kubectl }: KubernetesCluster, name: string, ...command: readonly string[]): Promise<void> {
  await kubectl('run', name, '--image=busybox:latest', '--image-pull-policy=Never', '--restart=Never', '--command', '--', ...command);
  await expect
    .poll(() => kubectl('get', 'pod', name, '-o', 'jsonpath={.status.phase}'), { timeout: 30_000 })
    .toMatch(/Running|Succeeded|Failed/);
}

function read(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ host, port }, (response) => text(response).then(resolve, reject))
      .on('error', reject)
      .end();
  });
}

const SERVE = ['sh', '-c', 'while :; do printf "HTTP/1.0 200 OK\\r\\n\\r\\nserved" | nc -l -p 8080; done'];

describe.skipIf(!cluster.available)('a private Kubernetes cluster', { timeout: 120_000 }, () => {
  it('runs a pod and keeps its log and exit code', async () => {
    const { kubectl } = cluster.get();
    await runPod(cluster.get(), 'job', 'sh', '-c', 'echo hi; exit 7');
    const exitCode = () => kubectl('get', 'pod', 'job', '-o', 'jsonpath={.status.containerStatuses[0].state.terminated.exitCode}');
    await expect.poll(exitCode, { timeout: 30_000 }).toBe('7');
    expect(await kubectl('logs', 'job')).toBe('hi\n');
  });

  it('makes pods, services and node ports reachable from this machine', async () => {
    const { kubectl, nodeAddress } = cluster.get();
    await runPod(cluster.get(), 'web', ...SERVE);
    await kubectl('expose', 'pod', 'web', '--port=80', '--target-port=8080', '--type=NodePort');
    const [podAddress, serviceAddress, nodePort] = await Promise.all([
      kubectl('get', 'pod', 'web', '-o', 'jsonpath={.status.podIP}'),
      kubectl('get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}'),
      kubectl('get', 'service', 'web', '-o', 'jsonpath={.spec.ports[0].nodePort}'),
    ]);
    for (const [host, port] of [
      [podAddress, 8080],
      [serviceAddress, 80],
      [nodeAddress, Number(nodePort)],
    ] as const) {
      await expect.poll(() => read(host, port).catch(String), { timeout: 20_000 }).toBe('served');
    }
  });

  it('executes a command in a pod', async () => {
    const { kubectl } = cluster.get();
    await runPod(cluster.get(), 'idle', 'sleep', '1000');
    await expect.poll(() => kubectl('exec', 'idle', '--', 'echo', 'inside').catch(String), { timeout: 20_000 }).toBe('inside\n');
  });

  it('goes on with its objects when the API server is killed and restarted', async () => {
    const { kubectl, components } = cluster.get();
    await kubectl('create', 'configmap', 'kept');
    await components['kube-apiserver'].kill();
    await expect(kubectl('get', 'configmap', 'kept', '--request-timeout=5s')).rejects.toThrow(/refused/);
    await components['kube-apiserver'].restart();
    expect(await kubectl('get', 'configmap', 'kept', '-o', 'name')).toBe('configmap/kept\n');
  });

  it('leaves nothing behind when stopped while a pod runs, beside another cluster', async () => {
    const other = await startKubernetesCluster();
    await runPod(other, 'idle', 'sleep', '1000');
    expect(await cluster.get().kubectl('get', 'nodes', '-o', 'name')).not.toContain(other.nodeName);
    const directory = dirname(dirname(other.kubeconfig));
    const interfaceName = readFileSync(join(directory, 'interface'), 'utf8');
    expect(leftoversOf(directory, interfaceName).length).toBeGreaterThan(3);
    await other.stop();
    await other.stop();
    expect(leftoversOf(directory, interfaceName)).toEqual([]);
  });

  it('leaves nothing behind when the test process is SIGKILLed', async () => {
    using holder = runTypeScript(new URL('../test-support/hold-kubernetes-cluster.ts', import.meta.url));
    const directory = await holder.firstLine;
    const interfaceName = readFileSync(join(directory, 'interface'), 'utf8');
    expect(leftoversOf(directory, interfaceName).length).toBeGreaterThan(3);
    holder.kill();
    await expect.poll(() => leftoversOf(directory, interfaceName), { timeout: 20_000 }).toEqual([]);
  });
});
