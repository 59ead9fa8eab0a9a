import { ContainerError } from '@cloud/container-core';
import { type BrokenDriver, NO_REJECTION, never } from './broken-driver.js';

export const brokenConnections: readonly BrokenDriver[] = [
  {
    does: 'says that somebody else answered',
    fails: { 'connection.ping': "expected 'docker' to be 'memory" },
    with: (honest) => ({ ping: async () => ({ ...(await honest.ping()), provider: 'docker' }) }),
  },
  {
    does: 'knows only what it has deployed itself',
    fails: { 'connection.independent': 'It is not one of mine.' },
    with: (honest) => {
      const own = new Set<string>();
      return {
        deployContainer: async (options) => {
          const container = await honest.deployContainer(options);
          own.add(container.id);
          return container;
        },
        getContainer: async (...call) => {
          const container = await honest.getContainer(...call);
          if (own.has(container.id)) return container;
          throw new ContainerError('not-found', 'It is not one of mine.', { provider: 'memory', operation: 'getContainer' });
        },
      };
    },
  },
  {
    does: 'goes on after close()',
    fails: { 'connection.closed': NO_REJECTION },
    with: () => ({ close: async () => undefined }),
  },
  {
    does: 'fails when it is closed twice',
    fails: { 'connection.close-twice': 'It is closed already.' },
    with: (honest) => {
      let closed = false;
      return {
        close: async () => {
          if (closed) throw new Error('It is closed already.');
          closed = true;
          await honest.close();
        },
      };
    },
  },
  {
    does: 'leaves those waiting who waited when it was closed',
    fails: { 'connection.close-under-way': 'The wait was not over after 2000 ms.' },
    with: (honest) => ({ waitForContainer: (...call) => honest.waitForContainer(...call).catch(() => never) }),
  },
  {
    does: 'declares what it does not do',
    fails: { 'connection.declaration': '} to deeply equal {' },
    with: (honest) => ({ capabilities: { ...honest.capabilities, uniqueNames: false } }),
  },
];
