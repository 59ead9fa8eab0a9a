import { type Capabilities, type DeployCapabilities, FULL_DEPLOY_CAPABILITIES } from '@cloud/container-core';
import { MANNERS, type MemoryProfile } from './engine/manners.js';

const UNSUPPORTED = { support: 'unsupported' } as const;
const { cpu, memoryMiB, ports } = FULL_DEPLOY_CAPABILITIES;

const deploy = {
  ...FULL_DEPLOY_CAPABILITIES,
  ports: { ...ports, protocols: ['tcp'] },
  // A program in this process can neither be limited nor be another user.
  cpu: { ...cpu, support: 'recorded' },
  memoryMiB: { ...memoryMiB, support: 'recorded' },
  user: { support: 'recorded' },
  mounts: UNSUPPORTED,
  platform: UNSUPPORTED,
  cluster: UNSUPPORTED,
  // The engine has no registry that requires them.
  credentials: { support: 'recorded' },
} as const satisfies DeployCapabilities;

/** What the profile `engine` can do, which behaves as Docker does. */
export const engineCapabilities = {
  groups: ['images', 'exec', 'events', 'signals'],
  restart: 'same',
  uniqueNames: true,
  startLater: true,
  imageIds: true,
  destroy: 'immediate',
  deploy,
  logs: { streams: 'separate', timestamps: 'milliseconds', emptyLines: true },
  exec: {
    streams: 'separate',
    tty: 'never',
    stdin: true,
    env: true,
    workingDirectory: true,
    user: false,
    exitCode: 'always',
    abort: 'process',
  },
  run: { stdin: true },
  stop: { gracePerCall: true },
} as const satisfies Capabilities;

/** What the profile `tasks` can do, which behaves as Amazon ECS does. */
export const tasksCapabilities = {
  groups: ['images', 'clusters'],
  restart: 'replace',
  uniqueNames: false,
  startLater: false,
  imageIds: true,
  destroy: 'eventual',
  deploy: { ...deploy, cluster: { support: 'enforced' }, restartPolicy: UNSUPPORTED },
  logs: {
    streams: 'merged',
    timestamps: 'milliseconds',
    emptyLines: MANNERS.tasks.logs.emptyLines,
    ...(MANNERS.tasks.logs.maxLineBytes === undefined ? {} : { maxLineBytes: MANNERS.tasks.logs.maxLineBytes }),
  },
  run: { stdin: false },
  stop: { gracePerCall: false },
} as const satisfies Capabilities;

/** What each profile declares. */
export const CAPABILITIES: Readonly<Record<MemoryProfile, Capabilities>> = { engine: engineCapabilities, tasks: tasksCapabilities };
