import { type Capabilities, NO_DEPLOY_CAPABILITIES } from '@cloud/container-core';

/** What Acme does. What is not declared is refused; the conformance suite asserts both. */
export const acmeCapabilities: Capabilities = {
  groups: [],
  restart: 'same',
  uniqueNames: true,
  startLater: true,
  imageIds: false,
  destroy: 'immediate',
  // The suite gives its programs as commands; its rows about them pass once the provider runs them.
  deploy: { ...NO_DEPLOY_CAPABILITIES, command: { support: 'enforced' }, labels: { support: 'enforced' } },
  logs: { streams: 'merged', timestamps: 'none', emptyLines: true },
  run: { stdin: false },
  stop: { gracePerCall: false },
};
