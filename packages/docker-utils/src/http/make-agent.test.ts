import type { AgentOptions } from 'node:https';
import { rootCertificates } from 'node:tls';
import { expect, it } from 'vitest';
import { makeAgent, makeSingleUseAgent } from './make-agent.js';

it('trusts authorities of one’s own besides those that everybody trusts', () => {
  const settings = { maximumSockets: 1, environment: {} };
  const proxy = new URL('http://proxy.example:3128');
  const agents = (tls: object) => [
    makeAgent('https:', undefined, { ...settings, tls }),
    makeAgent('https:', proxy, { ...settings, tls }),
    makeSingleUseAgent('https:', () => undefined, { ...settings, tls }),
  ];
  const trusted = (agent: object) => (agent as { readonly options: AgentOptions }).options.ca;
  for (const agent of agents({ ca: 'own' })) expect(trusted(agent)).toEqual([...rootCertificates, 'own']);
  for (const agent of agents({ ca: ['one', 'two'] })) expect(trusted(agent)).toEqual([...rootCertificates, 'one', 'two']);
  for (const agent of agents({ cert: 'own' })) expect(trusted(agent)).toBeUndefined();
});
