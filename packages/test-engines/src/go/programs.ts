import type { GoProgram } from './go-program.js';

const KUBERNETES_VERSION = 'v1.34.4';
const VERSION_PACKAGE = 'k8s.io/component-base/version';

/** etcd, the Kubernetes control plane, the kubelet and kubectl in one program. */
export const KUBERNETES: GoProgram = {
  name: 'kubernetes',
  module: 'kubernetes',
  // Without a version, which only release builds have, the API server reports v0.0.0 and clients refuse it.
  buildArguments: [
    '-ldflags',
    `-s -w -X ${VERSION_PACKAGE}.gitVersion=${KUBERNETES_VERSION} -X ${VERSION_PACKAGE}.gitMajor=1 -X ${VERSION_PACKAGE}.gitMinor=34`,
  ],
};

/** Every program that `npm run engines:build` builds. */
export const GO_PROGRAMS: readonly GoProgram[] = [KUBERNETES];
