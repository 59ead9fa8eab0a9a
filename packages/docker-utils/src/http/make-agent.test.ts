import { rootCertificates } from 'node:tls';
import { expect, it, vi } from 'vitest';
import { AgentPool } from './agents.js';

const made = vi.hoisted(() => [] as { readonly ca?: unknown; readonly cert?: unknown }[]);
vi.mock('node:tls', async (original) => {
  const tls = await original<typeof import('node:tls')>();
  const createSecureContext = (options: object) => {
    made.push(options);
    return tls.createSecureContext({});
  };
  return { ...tls, createSecureContext };
});

const URLS = ['https://one.example', 'https://two.example', 'http://three.example'].map((text) => new URL(text));

async function everyAgent(tls: object | undefined): Promise<void> {
  const agents = new AgentPool({ tls, maxSockets: 1, environment: {} });
  for (const url of URLS) {
    for (const identified of [true, false]) {
      await agents.agentFor(url, identified);
      (await agents.singleUseAgent(url, () => undefined, identified)).destroy();
    }
  }
  await agents.destroy();
}

it('trusts authorities of one’s own besides those that everybody trusts, and reads them once', async () => {
  await everyAgent({ ca: 'own', cert: 'certificate' });
  expect(made).toEqual([{ ca: [...rootCertificates, 'own'], cert: 'certificate' }, { ca: [...rootCertificates, 'own'] }]);
  made.length = 0;
  await everyAgent({ ca: ['one', 'two'] });
  expect(made[0]?.ca).toEqual([...rootCertificates, 'one', 'two']);
  made.length = 0;
  await everyAgent(undefined);
  expect(made).toEqual([]);
});
