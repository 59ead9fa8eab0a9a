import { dirname } from 'node:path';
import { startKubernetesCluster } from '../kubernetes/kubernetes-cluster.js';

// A test process that waits to be killed: it holds a cluster with a running pod and prints the directory.
const cluster = await startKubernetesCluster();
await cluster.kubectl('run', 'sleeper', '--image=busybox:latest', '--image-pull-policy=Never', '--command', '--', 'sleep', '1000');
await cluster.kubectl('wait', 'pod/sleeper', '--for=condition=Ready', '--timeout=60s');
console.log(dirname(dirname(cluster.kubeconfig)));
setInterval(() => {}, 60_000);
