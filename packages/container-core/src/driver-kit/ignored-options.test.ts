import { describe, expect, it } from 'vitest';
import { tinyCapabilities, tinyDriver } from '../test-support/tiny-driver.js';
import type { DeployOptions } from '../types/deploy-options.js';
import type { DebugEvent } from './operation-context.js';

const service = {
  id: 's1',
  name: 'web',
  provider: 'tiny',
  image: { name: 'app', reference: 'app', provider: 'tiny' },
  replicas: { desired: 1, running: 1, pending: 0 },
  state: 'steady' as const,
  endpoints: [],
  deployments: [],
  labels: {},
};

const servicesOnly = {
  capabilities: { ...tinyCapabilities, groups: ['services'] as const },
  deployService: async () => service,
  async *listServices() {},
  getService: async () => service,
  updateService: async () => service,
  waitForService: async () => service,
  destroyService: async () => {},
};

describe.each(['deployContainer', 'deployService'] as const)('providerOptions of %s', (call) => {
  it('reports a namespace to onDebug and deploys when the driver does not know it', async () => {
    const events: DebugEvent[] = [];
    const driver = tinyDriver({ ...servicesOnly, providerOptionKeys: ['size'], onDebug: (event) => void events.push(event) });
    const providerOptions: object = { tniy: { size: 1 }, other: { anything: 1 }, tiny: { size: 1 }, 'token=hunter22': {} };
    await driver[call]({ image: 'app', providerOptions });
    const ignored = events.filter(({ phase }) => phase === 'ignored');
    expect(ignored.map(({ operation, message }) => `${operation}: ${message}`)).toEqual([
      `${call}: providerOptions.tniy is ignored by tiny. Did you mean providerOptions.tiny?`,
      `${call}: providerOptions.other is ignored by tiny.`,
      `${call}: A namespace of providerOptions is ignored by tiny.`,
    ]);
  });

  it('reports nothing when every namespace is the driver’s own', async () => {
    const events: DebugEvent[] = [];
    const driver = tinyDriver({ ...servicesOnly, providerOptionKeys: ['size'], onDebug: (event) => void events.push(event) });
    const providerOptions = { tiny: { size: 1 } } as DeployOptions['providerOptions'];
    await driver[call]({ image: 'app', providerOptions });
    expect(events.map(({ phase }) => phase)).toEqual(['begin', 'end']);
  });
});
