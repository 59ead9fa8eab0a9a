/** A program or library that is measured beside ours. None is a dependency of this workspace. */
export interface Peer {
  readonly from: 'npm' | 'pip' | 'go' | 'debian';
  /** Name there. */
  readonly package: string;
  /** Pinned; Debian's packages are those of the release. */
  readonly version?: string;
  /** The program to look for, where it is one. */
  readonly program?: string;
}

export const peers = {
  dockerode: { from: 'npm', package: 'dockerode', version: '5.0.1' },
  testcontainers: { from: 'npm', package: 'testcontainers', version: '11.14.0' },
  'docker-py': { from: 'pip', package: 'docker', version: '7.2.0' },
  libcloud: { from: 'pip', package: 'apache-libcloud', version: '3.9.1' },
  crane: { from: 'go', package: 'github.com/google/go-containerregistry/cmd/crane', version: 'v0.22.1', program: 'crane' },
  skopeo: { from: 'debian', package: 'skopeo', program: 'skopeo' },
  'docker CLI': { from: 'debian', package: 'docker.io', program: 'docker' },
  curl: { from: 'debian', package: 'curl', program: 'curl' },
} as const satisfies Readonly<Record<string, Peer>>;

export type PeerName = keyof typeof peers;

export const peerNames = Object.keys(peers) as readonly PeerName[];
