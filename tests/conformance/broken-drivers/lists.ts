import type { Container } from '@cloud/container-core';
import { createListing } from '@cloud/container-core/driver-kit';
import { type BrokenDriver, NO_REJECTION } from './broken-driver.js';

export const brokenLists: readonly BrokenDriver[] = [
  {
    does: 'ignores the cluster that it is to list',
    fails: { 'list.cluster-refused': NO_REJECTION },
    with: (honest) => ({ listContainers: ({ cluster: _cluster, ...options } = {}) => honest.listContainers(options) }),
  },
  {
    does: 'lists the first page only',
    fails: { 'list.many': '1) } to deeply equal { listed: 25, different: 25' },
    with: (honest) => ({
      listContainers: (options) =>
        createListing(async function* () {
          yield (await honest.listContainers(options)).slice(0, 10);
        }),
    }),
  },
  {
    does: 'lists the last of one page again on the next',
    fails: { 'list.many': '1) } to deeply equal { listed: 25, different: 25' },
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
    fails: { 'list.destroyed': '} ] to deeply equal []' },
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
    fails: { 'list.stopped': 'expected undefined to be' },
    with: (honest) => ({ listContainers: (options) => honest.listContainers({ states: ['created', 'pending', 'running'], ...options }) }),
  },
  {
    does: 'takes a part of the name for the name',
    fails: { 'list.filters': 'expected [ …(2) ] to deeply equal []' },
    with: (honest) => ({
      listContainers: ({ name, ...options } = {}) =>
        createListing(async function* () {
          yield (await honest.listContainers(options)).filter((container) => name === undefined || container.name.startsWith(name));
        }),
    }),
  },
  {
    does: 'asks before the listing is used',
    fails: { 'list.twice': 'expected 1 to be 2' },
    with: (honest) => ({
      listContainers: (options) => {
        const asked = Promise.resolve(honest.listContainers(options));
        return createListing(async function* () {
          yield await asked;
        });
      },
    }),
  },
  {
    does: 'gives short ids, which it does not know itself',
    fails: { 'get.round-trip': "expected [ '4b2de9c5ccf6' ] to deeply equal" },
    with: (honest) => ({
      listContainers: (options) =>
        createListing(async function* () {
          yield (await honest.listContainers(options)).map((container) => ({ ...container, id: container.id.slice(0, 12) }));
        }),
    }),
  },
  {
    does: 'complains before a listing is used',
    fails: { 'list.lazy': 'timeoutMs' },
    with: (honest) => ({
      listContainers: (options) => {
        if ((options?.timeoutMs ?? 0) < 0) throw new RangeError('timeoutMs');
        return honest.listContainers(options);
      },
    }),
  },
  {
    does: 'has no pages to loop over',
    fails: { 'list.leave': 'expected +0 to be 1' },
    with: (honest) => ({
      listContainers: (options) => Object.assign(Promise.resolve(honest.listContainers(options)), { async *[Symbol.asyncIterator]() {} }),
    }),
  },
  {
    does: 'lists everything when nothing meets the filter',
    fails: { 'list.none': '} ] to deeply equal []' },
    with: (honest) => ({
      listContainers: (options) =>
        createListing(async function* () {
          const met = await honest.listContainers(options);
          yield met.length === 0 ? await honest.listContainers() : met;
        }),
    }),
  },
];
