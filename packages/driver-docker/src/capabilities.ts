import { type Capabilities, DEPLOY_FIELDS } from '@cloud/container-core';
import { MAXIMUM_LINE_BYTES } from './logs/line-assembler.js';

/** What a Docker engine does. */
export const dockerCapabilities: Capabilities = {
  groups: ['images'],
  restart: 'same',
  uniqueNames: true,
  startLater: true,
  destroy: 'immediate',
  deploy: {
    ...(Object.fromEntries(DEPLOY_FIELDS.map((field) => [field, 'enforced'])) as Capabilities['deploy']),
    // Swarm is not what this driver speaks.
    cluster: 'unsupported',
  },
  logs: { streams: 'separate', timestamps: 'nanoseconds', emptyLines: true, maximumLineBytes: MAXIMUM_LINE_BYTES },
  stop: { gracePerCall: true },
};
