import { type Container, ContainerError, type DeployOptions } from '@cloud/container-core';
import { type BrokenDriver, deploying, deployingWithout, NO_REJECTION, renamed, showing } from './broken-driver.js';

/** A field that is declared `unsupported`, and refused. */
const ignored = (field: keyof DeployOptions, profile?: 'tasks'): BrokenDriver => ({
  does: `ignores the option ${field}, which it does not support${profile === undefined ? '' : ', as tasks'}`,
  fails: { [field === 'start' ? 'deploy.start-later-refused' : `deploy.${field}-refused`]: NO_REJECTION },
  ...(profile === undefined ? {} : { profile }),
  with: deployingWithout(field),
});

/** A field that is declared `enforced`, and has no effect. */
const dropped = (field: keyof DeployOptions, fails: BrokenDriver['fails']): BrokenDriver => ({
  does: `ignores the option ${field}`,
  fails,
  with: deployingWithout(field),
});

export const brokenDeploys: readonly BrokenDriver[] = [
  ignored('mounts'),
  ignored('platform'),
  ignored('cluster'),
  ignored('restartPolicy', 'tasks'),
  ignored('start', 'tasks'),
  dropped('start', { 'deploy.start-later': "expected 'running' to be 'created" }),
  dropped('entrypoint', { 'deploy.entrypoint': 'expected 127 to be 3' }),
  dropped('env', { 'deploy.env': "expected [ '', '' ] to deeply equal [ …(2) ]" }),
  dropped('ports', { 'deploy.ports': 'has no endpoint for its port 8080.' }),
  dropped('restartPolicy', { 'deploy.restartPolicy': 'expected 1 to be 3' }),
  {
    does: 'takes always for on-failure',
    fails: { 'deploy.restartPolicy-always': 'expected false to be true' },
    with: (honest) => ({
      deployContainer: ({ restartPolicy, ...options }) =>
        honest.deployContainer({ ...options, ...(restartPolicy?.condition === 'always' ? {} : { restartPolicy }) }),
    }),
  },
  {
    does: 'opens ports to the network',
    fails: { 'deploy.ports-loopback': "to be ''" },
    with: (honest) => ({
      deployContainer: async (options) => {
        const ports = options.ports?.map((port) => ({ ...port, hostAddress: '0.0.0.0' }));
        return withLoopback(await honest.deployContainer({ ...options, ...(ports === undefined ? {} : { ports }) }));
      },
      waitForContainer: async (...call) => withLoopback(await honest.waitForContainer(...call)),
    }),
  },
  dropped('healthCheck', {
    'deploy.healthCheck': 'has no health check, so it can not become healthy; wait for running.',
    'deploy.healthCheck-unhealthy': "expected undefined to be 'unhealthy",
  }),
  dropped('workingDirectory', { 'deploy.workingDirectory': "expected [ '/' ] to deeply equal [ '/tmp' ]" }),
  dropped('stopTimeoutSeconds', { 'stop.grace-of-deploy': 'expected 7 to be 137' }),
  dropped('secrets', { 'deploy.secrets': "to deeply equal [ 'conformance-value' ]" }),
  {
    does: 'takes env for a variable that is in secrets as well',
    fails: { 'deploy.secrets-and-env': NO_REJECTION },
    with: deploying(({ env = {}, secrets = {}, ...options }) => ({
      ...options,
      env,
      secrets: Object.fromEntries(Object.entries(secrets).filter(([name]) => env[name] === undefined)),
    })),
  },
  dropped('providerOptions', { 'deploy.foreign-provider-options': NO_REJECTION }),
  dropped('cpu', { 'validation.deploy': NO_REJECTION }),
  {
    does: 'refuses options that it says it takes',
    fails: {
      'deploy.cpu-recorded': 'cpu can not be had.',
      'deploy.memoryMiB-recorded': 'memoryMiB can not be had.',
      'deploy.user-recorded': 'user can not be had.',
      'deploy.credentials-recorded': 'credentials can not be had.',
    },
    with: deploying((options) => {
      const refused = (['cpu', 'memoryMiB', 'user', 'credentials'] as const).find((field) => options[field] !== undefined);
      if (refused === undefined) return options;
      throw new ContainerError('unsupported', `${refused} can not be had.`, { provider: 'memory', operation: 'deployContainer' });
    }),
  },
  {
    does: 'takes any protocol of a port for tcp',
    fails: { 'deploy.values-refused': NO_REJECTION },
    with: deploying(({ ports = [], ...options }) => ({ ...options, ports: ports.map(({ protocol: _protocol, ...port }) => port) })),
  },
  {
    does: 'refuses a host address that it says it takes',
    fails: { 'deploy.values-taken': 'ports[0].hostAddress is not supported.' },
    with: deploying((options) => {
      if (options.ports?.every(({ hostAddress }) => hostAddress === undefined) ?? true) return options;
      throw new ContainerError('unsupported', 'ports[0].hostAddress is not supported.', {
        provider: 'memory',
        operation: 'deployContainer',
      });
    }),
  },
  {
    does: 'knows no image by its id',
    fails: { 'deploy.image-id': 'The image was not found.' },
    with: deploying((options) => {
      if (typeof options.image !== 'string' || !options.image.startsWith('sha256:')) return options;
      throw new ContainerError('image-pull', 'The image was not found.', { provider: 'memory', operation: 'deployContainer' });
    }),
  },
  {
    does: 'loses the last argument of the command',
    fails: { 'deploy.command': 'expected [] to deeply equal [ Array(1) ]' },
    with: deploying(({ command = [], ...options }) => ({ ...options, command: [...command.slice(0, -1), '[]'] })),
  },
  {
    does: 'takes the name of an Image for its reference',
    fails: { 'deploy.image-object': 'No program is registered as docker.io/library/steps:latest. Give it in the' },
    with: deploying(({ image, ...options }) => ({ ...options, image: typeof image === 'string' ? image : image.name })),
  },
  {
    does: 'accepts a name of one character',
    fails: { 'deploy.names': NO_REJECTION, 'validation.deploy': NO_REJECTION },
    with: deploying((options) => (options.name?.length === 1 ? { ...options, name: `${options.name}${options.name}` } : options)),
  },
  {
    does: 'makes up names that are not portable',
    fails: { 'deploy.generated-name': "expected 'Quiet_Whale' to match /^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/" },
    with: (honest) => ({
      deployContainer: async (options) => {
        const container = await honest.deployContainer(options);
        return options.name === undefined ? { ...container, name: 'Quiet_Whale' } : container;
      },
    }),
  },
  {
    does: 'shows labels of its own',
    fails: { 'deploy.result': "2) } to deeply equal { 'conformance-run", 'deploy.reserved-labels': "expected [ 'cloud.container.managed" },
    with: showing((container) => ({ ...container, labels: { ...container.labels, 'cloud.container.managed': 'yes' } })),
  },
  {
    does: 'loses labels without a value',
    fails: { 'deploy.labels': "2) } to deeply equal { 'conformance-run" },
    with: deploying(({ labels = {}, ...options }) => ({
      ...options,
      labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')),
    })),
  },
  {
    does: "does not give the provider's own object",
    fails: { 'deploy.raw': 'expected true to be false' },
    with: showing((container) => ({ ...container })),
  },
  {
    does: 'goes back to pending when it has run',
    fails: { 'deploy.state-words': '] to deeply equal [' },
    with: (honest) => {
      let seen = 0;
      return {
        getContainer: async (...call) => {
          const container = await honest.getContainer(...call);
          seen += 1;
          return seen % 2 === 0 && container.state === 'running' ? { ...container, state: 'pending' } : container;
        },
      };
    },
  },
  {
    does: 'calls an image that can not be pulled not-found',
    fails: {
      'deploy.missing-image': 'The code image-pull was expected, not not-found',
      'deploy.pullPolicy': 'The code image-pull was expected, not not-found',
      'images.install-miss': 'The code image-pull was expected, not not-found',
    },
    with: (honest) => ({
      deployContainer: (options) => honest.deployContainer(options).catch(renamed('image-pull', 'not-found')),
      installImage: (...call) => honest.installImage(...call).catch(renamed('image-pull', 'not-found')),
    }),
  },
];

/** As if nothing but this machine could reach it. */
function withLoopback(container: Container): Container {
  return { ...container, endpoints: container.endpoints.map((endpoint) => ({ ...endpoint, host: '127.0.0.1' })) };
}
