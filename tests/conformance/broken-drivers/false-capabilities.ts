import {
  type Container,
  ContainerError,
  type ContainerRef,
  DEPLOY_FIELDS,
  FULL_DEPLOY_CAPABILITIES,
  type Service,
} from '@cloud/container-core';
import { createListing } from '@cloud/container-core/driver-kit';
import { engineCapabilities } from '@cloud/driver-memory';
import { type BrokenDriver, deploying, NO_REJECTION } from './broken-driver.js';

const { groups, deploy } = engineCapabilities;
const now = () => new Date();
const reading = () => ({ readAt: now(), cpu: { totalSeconds: 0 }, memory: { usedBytes: 0 } });

function service(name: string, image: Container['image'], replicas: number): Service {
  return {
    id: name,
    name,
    image,
    replicas: { desired: replicas, running: replicas, pending: 0 },
    state: 'steady',
    provider: 'memory',
    labels: {},
    endpoints: [],
    deployments: [],
  };
}

const NGINX = { name: 'nginx', reference: 'docker.io/library/nginx:latest' };
const idOf = (reference: ContainerRef) => (typeof reference === 'string' ? reference : reference.id);

/** Drivers that declare a capability which the memory engine does not have. */
export const falseCapabilities: readonly BrokenDriver[] = [
  {
    does: 'has nowhere to run',
    declares: { groups: [...groups, 'locations'] },
    fails: { 'locations.list': 'expected false to be true' },
    with: () => ({ listLocations: () => createListing(async function* () {}) }),
  },
  {
    does: 'measures nothing',
    declares: { groups: [...groups, 'stats'] },
    fails: {
      'stats.reading': 'expected false to be true',
      'stats.follow': 'expected false to be true',
      'stats.not-running': NO_REJECTION,
      'stats.ends': NO_REJECTION,
    },
    with: () => ({
      getContainerStats: async () => reading(),
      followContainerStats: async function* () {
        yield reading();
      },
    }),
  },
  {
    does: 'copies nothing',
    declares: { groups: [...groups, 'files'] },
    fails: {
      'files.round-trip': 'expected false to be true',
      'files.made-inside': "expected [] to deeply equal [ [ 'made.txt', 'made inside\\n' ] ]",
      'files.miss': NO_REJECTION,
      'files.validation': NO_REJECTION,
    },
    with: () => ({
      copyToContainer: async () => undefined,
      copyFromContainer: async function* () {
        yield new Uint8Array(1024);
      },
    }),
  },
  {
    does: 'says paused and lets it run on',
    declares: { groups: [...groups, 'pause'] },
    fails: { 'pause.frozen': ' to be ', 'pause.not-running': NO_REJECTION, 'pause.destroy': 'It is paused.' },
    with: (honest) => {
      const paused = new Set<string>();
      const shown = (container: Container): Container => (paused.has(container.id) ? { ...container, state: 'paused' } : container);
      return {
        pauseContainer: async (reference) => shown({ ...(await honest.getContainer(paused.add(idOf(reference)) && reference)) }),
        resumeContainer: async (reference) => {
          paused.delete(idOf(reference));
          return honest.getContainer(reference);
        },
        getContainer: async (...call) => shown(await honest.getContainer(...call)),
        listContainers: (options) =>
          createListing(async function* () {
            const { states: _states, ...filter } = options ?? {};
            yield (await honest.listContainers(filter)).map(shown);
          }),
        destroyContainer: async (reference) => {
          if (paused.has(idOf(reference)))
            throw new ContainerError('conflict', 'It is paused.', { provider: 'memory', operation: 'destroyContainer' });
          await honest.destroyContainer(reference);
        },
      };
    },
  },
  {
    does: 'calls every service steady',
    declares: { groups: [...groups, 'services'] },
    fails: {
      'services.life': "expected [ 'steady', 2, 2 ] to deeply equal [ 'steady', 1, 1 ]",
      'services.read': "expected [ 'service', 'service",
      'services.conflict': NO_REJECTION,
      'services.keeps-running': 'The containers of a service must be listed.',
      'services.names': NO_REJECTION,
      'services.refused': NO_REJECTION,
    },
    with: () => ({
      deployService: async ({ name, replicas }) => service(name ?? 'service', NGINX, replicas ?? 1),
      getService: async () => service('service', NGINX, 1),
      listServices: () => createListing(async function* () {}),
      updateService: async () => service('service', NGINX, 1),
      waitForService: async () => service('service', NGINX, 2),
      destroyService: async () => undefined,
    }),
  },
  {
    does: 'refuses options that it says it enforces',
    declares: {
      deploy: {
        ...deploy,
        cpu: FULL_DEPLOY_CAPABILITIES.cpu,
        memoryMiB: FULL_DEPLOY_CAPABILITIES.memoryMiB,
        user: { support: 'enforced' },
        mounts: FULL_DEPLOY_CAPABILITIES.mounts,
      },
    },
    fails: {
      'deploy.cpu': 'cpu can not be had.',
      'deploy.memoryMiB': 'memoryMiB can not be had.',
      'deploy.user': 'user can not be had.',
      'deploy.mounts': 'mounts can not be had.',
    },
    with: deploying((options) => {
      const refused = DEPLOY_FIELDS.find((field) => ['cpu', 'memoryMiB', 'user', 'mounts'].includes(field) && options[field] !== undefined);
      if (refused === undefined) return options;
      throw new ContainerError('unsupported', `${refused} can not be had.`, { provider: 'memory', operation: 'deployContainer' });
    }),
  },
  {
    does: 'calls a pipe a terminal',
    declares: { exec: { ...engineCapabilities.exec, tty: 'optional' } },
    fails: { 'exec.tty': "expected [ 'no terminal', 'no terminal' ] to deeply equal [ 'terminal',", 'exec.no-tty': NO_REJECTION },
    with: (honest) => ({
      execContainer: async (reference, command, { tty: _tty, ...options } = {}) => ({
        ...(await honest.execContainer(reference, command, options)),
        resize: async () => undefined,
      }),
    }),
  },
  {
    does: 'runs a command as another user than the requested one',
    declares: { exec: { ...engineCapabilities.exec, user: true } },
    fails: { 'exec.user': "to be '1234" },
    with: (honest) => ({
      execContainer: (reference, command, { user: _user, ...options } = {}) => honest.execContainer(reference, command, options),
    }),
  },
  {
    does: 'takes what it says it refuses of an exec',
    declares: { exec: { ...engineCapabilities.exec, stdin: false, env: false, workingDirectory: false } },
    fails: { 'exec.stdin-refused': NO_REJECTION, 'exec.env-refused': NO_REJECTION, 'exec.workingDirectory-refused': NO_REJECTION },
    with: () => ({}),
  },
  {
    does: 'deploys by the image ids that it says it refuses',
    declares: { imageIds: false },
    fails: { 'deploy.image-id-refused': NO_REJECTION },
    with: deploying(({ image, ...options }) => ({
      ...options,
      image: typeof image === 'string' && image.startsWith('sha256:') ? 'busybox' : image,
    })),
  },
];
