import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterLayout } from './cluster-layout.js';

export const PAUSE_IMAGE = 'docker.io/library/pause:local';

/** Where Debian keeps the programs that connect pods. */
export const NETWORK_PLUGINS = '/usr/lib/cni';

/** Writes the files that containerd, its network plugins and the kubelet read. */
export function writeConfiguration(layout: ClusterLayout, cgroup: string): void {
  const { configuration, nodeAddress } = layout;
  mkdirSync(join(configuration, 'networks'), { recursive: true });
  mkdirSync(registriesFolder(layout));
  writeFileSync(join(configuration, 'containerd.toml'), containerdToml(layout));
  writeFileSync(join(configuration, 'networks', '10-pods.conflist'), JSON.stringify(podNetwork(layout)));
  writeFileSync(join(configuration, 'resolv.conf'), `nameserver ${nodeAddress}\n`);
  writeFileSync(join(configuration, 'kubelet.json'), JSON.stringify(kubeletConfiguration(layout, cgroup)));
}

/** Lets the cluster pull from a registry (`host:port`) that speaks plain HTTP; containerd reads the file at the next pull. */
export function allowPlainRegistry(layout: ClusterLayout, host: string): void {
  const folder = join(registriesFolder(layout), host);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'hosts.toml'), `server = "http://${host}"\n[host."http://${host}"]\n  capabilities = ["pull", "resolve"]\n`);
}

function registriesFolder({ configuration }: ClusterLayout): string {
  return join(configuration, 'registries');
}

function containerdToml(layout: ClusterLayout): string {
  const { folder, configuration } = layout;
  return `version = 2
root = "${folder}/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.tracing.processor.v1.otlp"]
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  # Without CAP_SYS_RESOURCE nothing may get a lower score than containerd has.
  restrict_oom_score_adj = true
  stream_server_address = "127.0.0.1"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${NETWORK_PLUGINS}"
    conf_dir = "${configuration}/networks"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "${registriesFolder(layout)}"
`;
}

function podNetwork({ podRange }: ClusterLayout): object {
  return {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        ipMasq: false,
        hairpinMode: true,
        ipam: { type: 'host-local', dataDir: '/run/cni-ipam', ranges: [[{ subnet: podRange }]], routes: [{ dst: '0.0.0.0/0' }] },
      },
      { type: 'portmap', capabilities: { portMappings: true }, snat: false },
    ],
  };
}

function kubeletConfiguration({ configuration, certificates, nodeAddress }: ClusterLayout, cgroup: string): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    // The limit of this machine may be lower than the default of a million.
    maxOpenFiles: 20_000,
    maxPods: 60,
    address: '0.0.0.0',
    readOnlyPort: 0,
    resolvConf: join(configuration, 'resolv.conf'),
    clusterDNS: [nodeAddress],
    clusterDomain: 'cluster.local',
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: join(certificates, 'ca.crt') } },
    authorization: { mode: 'Webhook' },
    tlsCertFile: join(certificates, 'kubelet-server.crt'),
    tlsPrivateKeyFile: join(certificates, 'kubelet-server.key'),
    // A full disk of this machine must not evict pods.
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1%', 'imagefs.available': '1%' },
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    serializeImagePulls: false,
    containerLogMaxSize: '10Mi',
    containerLogMaxFiles: 3,
    containerLogMonitorInterval: '3s',
    registerNode: true,
    kubeAPIQPS: 200,
    kubeAPIBurst: 400,
    registryPullQPS: 0,
    eventRecordQPS: 100,
  };
}
