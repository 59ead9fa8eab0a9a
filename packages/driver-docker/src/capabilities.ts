import { type Capabilities, DEPLOY_FIELDS } from '@cloud/container-core';
import { MAX_LINE_BYTES } from './logs/line-assembler.js';

/** What a Docker engine does. */
export const dockerCapabilities: Capabilities = {
  groups: ['images', 'exec', 'stats', 'events', 'pause', 'files', 'signals'],
  restart: 'same',
  uniqueNames: true,
  startLater: true,
  destroy: 'immediate',
  deploy: {
    ...(Object.fromEntries(DEPLOY_FIELDS.map((field) => [field, 'enforced'])) as Capabilities['deploy']),
    // Only Swarm has secrets.
    secrets: 'unsupported',
    // Swarm is not what this driver speaks.
    cluster: 'unsupported',
  },
  logs: { streams: 'separate', timestamps: 'nanoseconds', emptyLines: true, maxLineBytes: MAX_LINE_BYTES },
  // The engine has no call that ends an exec (moby#35703): an abort ends our connection to it.
  exec: { stdin: true, tty: true, abort: 'detach' },
  run: { stdin: true },
  stop: { gracePerCall: true },
};

/** What podman does differently behind the same API: its timestamps of log lines have whole seconds. */
export const podmanCapabilities: Capabilities = {
  ...dockerCapabilities,
  logs: { ...dockerCapabilities.logs, timestamps: 'seconds' },
};
