import { createListing } from '@cloud/container-core/driver-kit';
import { type BrokenDriver, NO_REJECTION, swallowed } from './broken-driver.js';

/** Drivers that break a promise about the groups that the memory engine has: images, events, signals, clusters. */
export const brokenGroups: readonly BrokenDriver[] = [
  {
    does: 'removes no image and says that it has',
    fails: { 'images.in-use': NO_REJECTION },
    with: () => ({ removeImage: async () => undefined }),
  },
  {
    does: 'fails when an image that is to be removed is not there',
    fails: { 'images.miss': 'The image example.com/no/such-image:none is not installed; install it' },
    with: (honest) => ({
      removeImage: async (...call) => {
        await honest.getImage(...call);
        await honest.removeImage(...call);
      },
    }),
  },
  {
    does: 'installs without a word',
    fails: { 'images.install': "expected undefined to be 'done" },
    with: (honest) => ({ installImage: (image, { onProgress: _onProgress, ...options } = {}) => honest.installImage(image, options) }),
  },
  {
    does: 'tells of an end without its exit code',
    fails: { 'events.life': 'expected undefined to be 5' },
    with: (honest) => ({
      followEvents: async function* (options) {
        for await (const { exit: _exit, ...event } of honest.followEvents(options)) yield event;
      },
    }),
  },
  {
    does: 'tells of the past only',
    fails: { 'events.live': "expected [ { type: 'created" },
    with: (honest) => ({ followEvents: (options) => honest.followEvents({ ...options, since: new Date(0), until: new Date() }) }),
  },
  {
    does: 'listens on when the time is over',
    fails: { 'events.past': 'Listening was not over after 2000 ms.' },
    with: (honest) => ({ followEvents: ({ until: _until, ...options } = {}) => honest.followEvents(options) }),
  },
  {
    does: 'tells of containers that nobody asked about',
    fails: { 'events.filter': 'expected [ …(2) ] to deeply equal' },
    with: (honest) => ({ followEvents: ({ labels: _labels, ...options } = {}) => honest.followEvents(options) }),
  },
  {
    does: 'listens on after an abort',
    fails: { 'events.abort': 'Listening was not over after 2000 ms.' },
    with: (honest) => ({ followEvents: ({ signal: _signal, ...options } = {}) => honest.followEvents(options) }),
  },
  {
    does: 'asks where it should kill',
    fails: { 'signals.kill': 'expected 143 to be 137' },
    with: (honest) => ({ killContainer: (reference) => honest.killContainer(reference, { killSignal: 'SIGTERM' }) }),
  },
  {
    does: 'kills whatever the signal',
    fails: {
      'signals.SIGTERM': 'expected 137 to be 7',
      'signals.term': 'expected 137 to be 7',
      'signals.15': 'expected 137 to be 7',
      'signals.validation': NO_REJECTION,
    },
    with: (honest) => ({ killContainer: (reference) => honest.killContainer(reference) }),
  },
  {
    does: 'says nothing when there is nothing to kill',
    fails: { 'signals.not-running': NO_REJECTION },
    with: (honest) => ({
      killContainer: (...call) => honest.killContainer(...call).catch(swallowed('precondition-failed', undefined)),
    }),
  },
  {
    does: 'destroys no cluster and says that it has',
    profile: 'tasks',
    fails: { 'clusters.life': NO_REJECTION, 'clusters.containers': NO_REJECTION },
    with: () => ({ destroyCluster: async () => undefined }),
  },
  {
    does: 'lists what is in any cluster',
    profile: 'tasks',
    fails: { 'clusters.miss': NO_REJECTION },
    with: (honest) => ({
      listContainers: ({ cluster: _cluster, ...options } = {}) =>
        createListing(async function* () {
          yield await honest.listContainers(options);
        }),
    }),
  },
  {
    does: 'makes a right name of a wrong one',
    profile: 'tasks',
    fails: { 'clusters.names': NO_REJECTION },
    with: (honest) => ({
      createCluster: (name, options) => honest.createCluster(`c-${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`, options),
    }),
  },
];
