import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { builtGoProgram } from '../go/go-program.js';
import { KUBERNETES } from '../go/programs.js';
import { busyboxImageTar } from '../images/busybox-image.js';
import { createSandbox, type Sandbox } from '../sandbox/sandbox.js';
import { startSandboxedDaemon } from '../sandbox/sandboxed-daemon.js';
import type { EngineControls, Stoppable } from '../shared/controls.js';
import { stoppable } from '../shared/controls.js';
import { enginePath, requireProgram } from '../shared/programs.js';
import { EngineUnavailable } from '../shared/unavailable.js';
import { kubeconfigWith, makeCertificates } from './certificates.js';
import { type ClusterLayout, layoutOf } from './cluster-layout.js';
import { COMPONENTS, type ComponentName, kubeconfigPath, parametersOf } from './components.js';
import { allowPlainRegistry, NETWORK_PLUGINS, PAUSE_IMAGE, writeConfiguration } from './configuration.js';

import { prepareNode } from './prepare-node.js';

/** A Kubernetes cluster of one node: every component is real. */
export interface KubernetesCluster extends Stoppable {
  /** The address of the API server. */
  readonly server: string;
  /** Path of a kubeconfig whose user may do everything. */
  readonly kubeconfig: string;
  readonly nodeName: string;
  /** Where this machine reaches node ports. */
  readonly nodeAddress: string;
  /** This machine as the cluster sees it. */
  readonly hostAddress: string;
  /** What a test may do to each component. */
  readonly components: Readonly<Record<ComponentName, EngineControls>>;
  /** Runs kubectl as the user who may do everything; resolves with its stdout, rejects with its stderr. */
  kubectl(...parameters: readonly string[]): Promise<string>;
  /** Lets the cluster pull from a registry (`host:port`) that speaks plain HTTP. */
  allowPlainRegistry(host: string): void;
}

const ADMINISTRATOR = 'admin';

/**
 * Starts a private cluster: etcd, API server, controller manager, scheduler, kubelet, kube-proxy and containerd, in network, mount and process
 * namespaces of its own, with the image `busybox` present. Several can run beside each other.
 *
 * Needs Linux, root, a few Debian packages and the program that `npm run engines:build` builds; throws {@link EngineUnavailable} with the reason
 * when it cannot. It ends with this process, however that ends.
 */
export async function startKubernetesCluster(): Promise<KubernetesCluster> {
  const program = builtGoProgram(KUBERNETES);
  const containerd = requireProgram('containerd', 'containerd');
  for (const [name, debianPackage] of DEBIAN_PROGRAMS) requireProgram(name, debianPackage);
  requireNetworkPlugins();
  const sandbox = await createSandbox('kubernetes');
  const layout = layoutOf(sandbox);
  try {
    for (const folder of [layout.certificates, layout.configuration, layout.logs, layout.programs]) mkdirSync(folder);
    for (const name of [...COMPONENTS, 'kubectl']) if (name !== 'containerd') symlinkSync(program, join(layout.programs, name));
    writeConfiguration(layout, sandbox.name);
    await makeCertificates(layout.certificates, certificatesOf(layout));
    for (const user of USERS) writeKubeconfig(layout, user);
    await prepareNode(sandbox, layout);
    const components = await startComponents(sandbox, layout, containerd);
    await untilUsable(layout);
    return {
      server: layout.server,
      kubeconfig: kubeconfigPath(layout, ADMINISTRATOR),
      nodeName: layout.nodeName,
      nodeAddress: layout.nodeAddress,
      hostAddress: sandbox.hostAddress,
      components,
      kubectl: (...parameters) => kubectl(layout, parameters),
      allowPlainRegistry: (host) => allowPlainRegistry(layout, host),
      ...stoppable(sandbox.stop),
    };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

/** What the components start by themselves. */
const DEBIAN_PROGRAMS = [
  ['runc', 'runc'],
  ['ctr', 'containerd'],
  ['conntrack', 'conntrack'],
] as const;

function requireNetworkPlugins(): void {
  if (existsSync(join(NETWORK_PLUGINS, 'bridge'))) return;
  throw new EngineUnavailable(`${NETWORK_PLUGINS}/bridge is not installed; on Debian: apt-get install containernetworking-plugins`);
}

const USERS = [ADMINISTRATOR, 'controller-manager', 'scheduler', 'proxy', 'kubelet'] as const;

function certificatesOf({ nodeName, nodeAddress, apiServiceAddress }: ClusterLayout) {
  const names = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].map((name) => `DNS:${name}`);
  const client = (name: string, subject: string) => ({ name, subject, usage: 'clientAuth' as const });
  const server = { usage: 'serverAuth' as const };
  return [
    {
      name: 'apiserver',
      subject: '/CN=kube-apiserver',
      ...server,
      alternativeNames: [`IP:${nodeAddress}`, 'IP:127.0.0.1', `IP:${apiServiceAddress}`, ...names],
    },
    { name: 'kubelet-server', subject: `/CN=${nodeName}`, ...server, alternativeNames: [`IP:${nodeAddress}`, `DNS:${nodeName}`] },
    client('kubelet-client', '/O=system:masters/CN=kube-apiserver-kubelet-client'),
    client(ADMINISTRATOR, '/O=system:masters/CN=admin'),
    client('controller-manager', '/CN=system:kube-controller-manager'),
    client('scheduler', '/CN=system:kube-scheduler'),
    client('proxy', '/CN=system:kube-proxy'),
    client('kubelet', `/O=system:nodes/CN=system:node:${nodeName}`),
  ];
}

function writeKubeconfig(layout: ClusterLayout, user: string): void {
  const content = kubeconfigWith(layout.certificates, user, layout.server);
  writeFileSync(kubeconfigPath(layout, user), content, { mode: 0o600 });
}

async function startComponents(
  sandbox: Sandbox,
  layout: ClusterLayout,
  containerd: string,
): Promise<Readonly<Record<ComponentName, EngineControls>>> {
  const start = (name: ComponentName, probe: () => Promise<void> = async () => undefined) =>
    startSandboxedDaemon(sandbox, {
      what: name,
      command: parametersOf(name, layout, containerd),
      logPath: join(layout.logs, `${name}.log`),
      probe,
      timeoutMs: 120_000,
    });
  const [etcd, containers] = await Promise.all([
    start('etcd'),
    start('containerd', async () => {
      await ctr(sandbox, ['version']);
    }),
  ]);
  const [apiServer] = await Promise.all([
    start('kube-apiserver', async () => {
      if ((await get(layout, '/readyz')) !== 'ok') throw new Error('The API server is not ready.');
    }),
    importImages(sandbox, layout),
  ]);
  const [kubelet, controllerManager, scheduler, proxy] = await Promise.all(
    (['kubelet', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'] as const).map((name) => start(name)),
  );
  if (kubelet === undefined || controllerManager === undefined || scheduler === undefined || proxy === undefined) {
    throw new Error('A component was not started.');
  }
  return {
    etcd,
    containerd: containers,
    'kube-apiserver': apiServer,
    kubelet,
    'kube-controller-manager': controllerManager,
    'kube-scheduler': scheduler,
    'kube-proxy': proxy,
  };
}

/** Imports busybox, and the image of the container that holds a pod's namespaces: it only has to stay. */
async function importImages(sandbox: Sandbox, { folder }: ClusterLayout): Promise<void> {
  for (const image of [await busyboxImageTar(), await busyboxImageTar(PAUSE_IMAGE, ['sleep', 'infinity'])]) {
    const archive = join(folder, 'image.tar');
    writeFileSync(archive, image.bytes);
    await ctr(sandbox, ['-n', 'k8s.io', 'images', 'import', archive]);
  }
}

async function ctr({ initPid }: Sandbox, parameters: readonly string[]): Promise<void> {
  await promisify(execFile)('nsenter', ['-t', String(initPid), '-m', '-n', '-p', '--', 'ctr', ...parameters], {
    env: { PATH: enginePath() },
  });
}

/** Waits for what the first pod of a fresh cluster needs: a node that takes pods, and the account that pods get by default. */
async function untilUsable(layout: ClusterLayout): Promise<void> {
  const deadline = Date.now() + 120_000;
  let missing: unknown;
  while (Date.now() < deadline) {
    try {
      const node = JSON.parse(await get(layout, `/api/v1/nodes/${layout.nodeName}`)) as NodeObject;
      const isReady = node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
      if (!isReady || node.spec?.taints !== undefined) throw new Error('the node is not ready');
      await get(layout, '/api/v1/namespaces/default/serviceaccounts/default');
      await get(layout, '/api/v1/namespaces/default/configmaps/kube-root-ca.crt');
      return;
    } catch (error) {
      missing = error;
      await sleep(50);
    }
  }
  throw new Error(`The cluster did not become usable: ${String(missing)}.`);
}

interface NodeObject {
  readonly spec?: { readonly taints?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The body of a GET as the administrator; rejects unless it is answered with 200. */
async function get({ certificates, server }: ClusterLayout, path: string): Promise<string> {
  const file = (name: string) => readFileSync(join(certificates, name));
  const agent = new Agent({ ca: file('ca.crt'), cert: file(`${ADMINISTRATOR}.crt`), key: file(`${ADMINISTRATOR}.key`) });
  return new Promise((resolve, reject) => {
    const exchange = request(`${server}${path}`, { agent, timeout: 5_000 }, async (response) => {
      try {
        const body = await text(response);
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`GET ${path} was answered with ${response.statusCode}: ${body.slice(0, 200)}`));
      } catch (error) {
        reject(error);
      }
    });
    exchange.on('timeout', () => exchange.destroy(new Error(`GET ${path} was not answered`)));
    exchange.on('error', reject).end();
  });
}

async function kubectl(layout: ClusterLayout, parameters: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(join(layout.programs, 'kubectl'), [...parameters], {
    env: { PATH: enginePath(), HOME: layout.folder, KUBECONFIG: kubeconfigPath(layout, ADMINISTRATOR) },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
