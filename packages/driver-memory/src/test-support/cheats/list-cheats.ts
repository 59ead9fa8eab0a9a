import type { Container } from '@cloud/container-core';
import { createListing } from '@cloud/container-core/driver-kit';
import type { Cheat } from './cheat.js';

export const listCheats: readonly Cheat[] = [
  {
    does: 'lists the first page only',
    row: 'list.many',
    with: (honest) => ({
      listContainers: (options) =>
        createListing(async function* () {
          yield (await honest.listContainers(options)).slice(0, 10);
        }),
    }),
  },
  {
    does: 'lists the last of one page again on the next',
    row: 'list.many',
    with: (honest) => ({
      listContainers: (options) =>
        createListing(async function* () {
          const all = await honest.listContainers(options);
          yield all.slice(0, 10);
          yield all.slice(9);
        }),
    }),
  },
  {
    does: 'lists what is destroyed',
    row: 'list.destroyed',
    with: (honest) => {
      const destroyed: Container[] = [];
      return {
        destroyContainer: async (reference, options) => {
          destroyed.push(await honest.getContainer(reference));
          await honest.destroyContainer(reference, options);
        },
        listContainers: (options) =>
          createListing(async function* () {
            yield [...(await honest.listContainers(options)), ...destroyed];
          }),
      };
    },
  },
  {
    does: 'leaves stopped ones out',
    row: 'list.stopped',
    with: (honest) => ({ listContainers: (options) => honest.listContainers({ states: ['created', 'pending', 'running'], ...options }) }),
  },
  {
    does: 'takes a part of the name for the name',
    row: 'list.filters',
    with: (honest) => ({
      listContainers: ({ name, ...options } = {}) =>
        createListing(async function* () {
          yield (await honest.listContainers(options)).filter((container) => name === undefined || container.name.startsWith(name));
        }),
    }),
  },
  {
    does: 'asks before the listing is used',
    row: 'list.twice',
    with: (honest) => ({
      listContainers: (options) => {
        const asked = Promise.resolve(honest.listContainers(options));
        return createListing(async function* () {
          yield await asked;
        });
      },
    }),
  },
];
