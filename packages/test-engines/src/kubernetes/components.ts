import { join } from 'node:path';
import type { ClusterLayout } from './cluster-layout.js';

/** The processes of a cluster, in the order in which they start. */
export const COMPONENTS = [
  'etcd',
  'containerd',
  'kube-apiserver',
  'kubelet',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
] as const;

export type ComponentName = (typeof COMPONENTS)[number];

/** The parameters of each component; an entry `true` is a flag without a value. */
export function parametersOf(name: ComponentName, layout: ClusterLayout, containerd: string): string[] {
  const { folder, programs } = layout;
  if (name === 'containerd') return [containerd, '--config', join(layout.configuration, 'containerd.toml')];
  const flags: Readonly<Record<string, string | number | boolean>> = {
    etcd: etcd(folder),
    'kube-apiserver': apiServer(layout),
    kubelet: kubelet(layout),
    'kube-controller-manager': controllerManager(layout),
    'kube-scheduler': { kubeconfig: kubeconfigPath(layout, 'scheduler'), ...WITHOUT_PEERS },
    'kube-proxy': proxy(layout),
  }[name];
  return [join(programs, name), ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)];
}

export function kubeconfigPath({ configuration }: ClusterLayout, user: string): string {
  return join(configuration, `${user}.kubeconfig`);
}

const WITHOUT_PEERS = { 'leader-elect': false, 'kube-api-qps': 300, 'kube-api-burst': 600, profiling: false } as const;

function etcd(folder: string) {
  return {
    'data-dir': join(folder, 'etcd'),
    // A killed cluster is thrown away.
    'unsafe-no-fsync': true,
    'listen-client-urls': 'http://127.0.0.1:2379',
    'advertise-client-urls': 'http://127.0.0.1:2379',
    'listen-peer-urls': 'http://127.0.0.1:2380',
    'log-level': 'warn',
  };
}

function apiServer({ certificates, nodeAddress, serviceRange }: ClusterLayout) {
  const file = (name: string) => join(certificates, name);
  return {
    'etcd-servers': 'http://127.0.0.1:2379',
    'secure-port': 6443,
    'bind-address': '0.0.0.0',
    'advertise-address': nodeAddress,
    'client-ca-file': file('ca.crt'),
    'tls-cert-file': file('apiserver.crt'),
    'tls-private-key-file': file('apiserver.key'),
    'kubelet-client-certificate': file('kubelet-client.crt'),
    'kubelet-client-key': file('kubelet-client.key'),
    'kubelet-certificate-authority': file('ca.crt'),
    'kubelet-preferred-address-types': 'InternalIP',
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': file('service-account.pub'),
    'service-account-signing-key-file': file('service-account.key'),
    'service-cluster-ip-range': serviceRange,
    'authorization-mode': 'Node,RBAC',
    'enable-admission-plugins': 'NodeRestriction',
    'allow-privileged': true,
    profiling: false,
  };
}

function kubelet(layout: ClusterLayout) {
  return {
    config: join(layout.configuration, 'kubelet.json'),
    kubeconfig: kubeconfigPath(layout, 'kubelet'),
    'hostname-override': layout.nodeName,
    'node-ip': layout.nodeAddress,
  };
}

function controllerManager(layout: ClusterLayout) {
  return {
    kubeconfig: kubeconfigPath(layout, 'controller-manager'),
    ...WITHOUT_PEERS,
    'use-service-account-credentials': true,
    'service-account-private-key-file': join(layout.certificates, 'service-account.key'),
    'root-ca-file': join(layout.certificates, 'ca.crt'),
  };
}

function proxy(layout: ClusterLayout) {
  return {
    kubeconfig: kubeconfigPath(layout, 'proxy'),
    'hostname-override': layout.nodeName,
    'proxy-mode': 'iptables',
    'cluster-cidr': layout.podRange,
    'nodeport-addresses': 'primary',
    // These are settings of the whole machine, which a test leaves alone.
    'conntrack-max-per-core': 0,
    'conntrack-min': 0,
    'conntrack-tcp-timeout-established': '0s',
    'conntrack-tcp-timeout-close-wait': '0s',
  };
}
