import type { Capabilities } from '@cloud/container-core';
import { MANNERS, type MemoryProfile } from './engine/manners.js';

const deploy = {
  command: 'enforced',
  entrypoint: 'enforced',
  env: 'enforced',
  secrets: 'enforced',
  ports: 'enforced',
  // A program in this process can neither be limited nor be somebody else.
  cpu: 'recorded',
  memoryMiB: 'recorded',
  user: 'recorded',
  labels: 'enforced',
  mounts: 'unsupported',
  restartPolicy: 'enforced',
  healthCheck: 'enforced',
  workingDirectory: 'enforced',
  stopTimeoutSeconds: 'enforced',
  platform: 'unsupported',
  cluster: 'unsupported',
  idempotencyKey: 'enforced',
  pullPolicy: 'enforced',
  // There is no registry that would ask for them.
  credentials: 'recorded',
} as const satisfies Capabilities['deploy'];

/** Docker's manners. */
export const engineCapabilities: Capabilities = {
  groups: ['images', 'exec', 'events', 'signals'],
  restart: 'same',
  uniqueNames: true,
  startLater: true,
  destroy: 'immediate',
  deploy,
  logs: { streams: 'separate', timestamps: 'milliseconds', emptyLines: true },
  exec: { stdin: true, tty: false, abort: 'process' },
  run: { stdin: true },
  stop: { gracePerCall: true },
};

/** ECS's manners. */
export const tasksCapabilities: Capabilities = {
  groups: ['images', 'clusters'],
  restart: 'replace',
  uniqueNames: false,
  startLater: false,
  destroy: 'eventual',
  deploy: { ...deploy, cluster: 'enforced', restartPolicy: 'unsupported' },
  logs: {
    streams: 'merged',
    timestamps: 'milliseconds',
    emptyLines: MANNERS.tasks.logs.emptyLines,
    ...(MANNERS.tasks.logs.maxLineBytes === undefined ? {} : { maxLineBytes: MANNERS.tasks.logs.maxLineBytes }),
  },
  run: { stdin: false },
  stop: { gracePerCall: false },
};

/** What each profile declares. */
export const CAPABILITIES: Readonly<Record<MemoryProfile, Capabilities>> = { engine: engineCapabilities, tasks: tasksCapabilities };
