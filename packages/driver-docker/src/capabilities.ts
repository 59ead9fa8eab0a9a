import { type Capabilities, FULL_DEPLOY_CAPABILITIES } from '@cloud/container-core';
import { MAX_LINE_BYTES } from './logs/line-assembler.js';

/** What a Docker engine does. */
export const dockerCapabilities = {
  groups: ['images', 'exec', 'stats', 'events', 'pause', 'files', 'signals'],
  restart: 'same',
  uniqueNames: true,
  startLater: true,
  imageIds: true,
  destroy: 'immediate',
  deploy: {
    ...FULL_DEPLOY_CAPABILITIES,
    // Of each 100 ms the kernel grants 1 ms at least.
    cpu: { ...FULL_DEPLOY_CAPABILITIES.cpu, min: 0.01 },
    // Only Swarm has secrets, and this driver does not speak Swarm.
    secrets: { support: 'unsupported' },
    cluster: { support: 'unsupported' },
  },
  logs: { streams: 'separate', timestamps: 'nanoseconds', emptyLines: true, maxLineBytes: MAX_LINE_BYTES },
  exec: {
    streams: 'separate',
    tty: 'optional',
    stdin: true,
    env: true,
    workingDirectory: true,
    user: true,
    exitCode: 'always',
    // The engine has no call that ends an exec (moby#35703): an abort ends the connection to it.
    abort: 'detach',
  },
  run: { stdin: true },
  stop: { gracePerCall: true },
} as const satisfies Capabilities;

/** What podman does differently behind the same API: its timestamps of log lines have whole seconds. */
export const podmanCapabilities = {
  ...dockerCapabilities,
  logs: { ...dockerCapabilities.logs, timestamps: 'seconds' },
} as const satisfies Capabilities;
