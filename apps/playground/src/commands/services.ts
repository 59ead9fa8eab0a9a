import type { CallOptions, Service, ServicesGroup } from '@cloud/container-core';
import { ContainerError } from '@cloud/container-core';
import { Command } from 'commander';
import { endpointText, imageText } from '../output/container-text.js';
import { humanAge, shortId } from '../output/human.js';
import type { Column } from '../output/table.js';
import { noteEndOf } from '../session/ends-with-command.js';
import { forEachName } from '../session/for-each-name.js';
import type { Session } from '../session/session.js';
import { parseCount } from './arguments.js';
import { addDeployFlags, type DeployFlags, deployOptions } from './deploy-flags.js';

const COLUMNS: readonly Column<Service>[] = [
  { heading: 'NAME', value: ({ name }) => name },
  { heading: 'STATE', value: ({ state }) => state },
  { heading: 'RUNNING', value: ({ replicas }) => `${replicas.running} of ${replicas.desired}`, align: 'right' },
  { heading: 'IMAGE', value: ({ image }) => imageText(image) },
  { heading: 'CREATED', value: ({ createdAt }) => humanAge(createdAt) },
  { heading: 'ENDPOINTS', value: ({ endpoints }) => endpoints.map(endpointText).join(' ') },
  { heading: 'ID', value: ({ id }) => shortId(id) },
];

export function servicesCommand(session: Session): Command {
  const services = new Command('services').description('like containers that the provider keeps running');
  for (const create of [deployCommand, listCommand, inspectCommand, updateCommand, waitCommand, rmCommand])
    services.addCommand(create(session));
  return services;
}

function deployCommand(session: Session): Command {
  return addDeployFlags(new Command('deploy').description('run an image as a service'))
    .argument('<image>')
    .argument('[command...]', 'after --: in place of the command of the image')
    .option('--replicas <number>', 'how many to run', parseCount, 1)
    .option('--wait', 'return when it is steady')
    .action(
      async (image: string, command: string[], { replicas, wait, ...flags }: DeployFlags & UpdateFlags & { readonly replicas: number }) => {
        const driver = await session.driverWith('services', 'services deploy');
        const service = await driver.deployService({ ...deployOptions(image, command, flags), replicas, ...session.callOptions });
        await show(session, driver, service, wait);
        noteEndOf('the service', session, driver.provider);
      },
    );
}

function listCommand(session: Session): Command {
  return new Command('list')
    .description('list services')
    .option('--cluster <name>', 'those of another cluster')
    .action(async ({ cluster }: { readonly cluster?: string }) => {
      const driver = await session.driverWith('services', 'services list');
      const services = await driver.listServices({ cluster, ...session.callOptions });
      session.output.list(services, COLUMNS, `There are no services on ${driver.provider}.`);
    });
}

function inspectCommand(session: Session): Command {
  return new Command('inspect')
    .description('show a service and its deployments')
    .argument('<service>', 'name or id')
    .action(async (name: string) => {
      const driver = await session.driverWith('services', 'services inspect');
      const service = await findService(driver, name, session.callOptions);
      session.output.list([service], COLUMNS, '');
      for (const { id, state, replicas, message } of service.deployments) {
        session.output.text(
          `  deployment ${shortId(id)}: ${state}, ${replicas.running} of ${replicas.desired}${message === undefined ? '' : `: ${message}`}`,
        );
      }
    });
}

interface UpdateFlags {
  readonly replicas?: number;
  readonly image?: string;
  readonly wait?: boolean;
}

function updateCommand(session: Session): Command {
  return new Command('update')
    .description('scale a service, or roll out another image')
    .argument('<service>', 'name or id')
    .option('--replicas <number>', 'how many to run', parseCount)
    .option('--image <image>', 'what to run')
    .option('--wait', 'return when it is steady')
    .action(async (name: string, { replicas, image, wait }: UpdateFlags) => {
      const driver = await session.driverWith('services', 'services update');
      const service = await findService(driver, name, session.callOptions);
      await show(session, driver, await driver.updateService(service, { replicas, image, ...session.callOptions }), wait);
    });
}

function waitCommand(session: Session): Command {
  return new Command('wait')
    .description('wait until a service is steady')
    .argument('<service>', 'name or id')
    .action(async (name: string) => {
      const driver = await session.driverWith('services', 'services wait');
      await show(session, driver, await findService(driver, name, session.callOptions), true);
    });
}

function rmCommand(session: Session): Command {
  return new Command('rm')
    .description('stop the containers of services and remove them')
    .argument('<service...>', 'names or ids')
    .action(async (names: string[]) => {
      const { output, callOptions } = session;
      const driver = await session.driverWith('services', 'services rm');
      await forEachName(session, names, {
        doing: `removing ${names.join(', ')}`,
        act: async (nameOrId) => {
          const service = await findService(driver, nameOrId, callOptions);
          await driver.destroyService(service, callOptions);
          return service;
        },
        report: ({ id, name }) => output.item({ id, name, removed: true }, `the service ${name} is removed`),
      });
    });
}

async function show(session: Session, driver: ServicesGroup, service: Service, wait = false): Promise<void> {
  const { output, callOptions } = session;
  const shown = wait
    ? await output.waiting(`waiting until ${service.name} is steady`, () => driver.waitForService(service, callOptions))
    : service;
  output.result(
    shown,
    `the service ${shown.name} is ${shown.state}: ${shown.replicas.running} of ${shown.replicas.desired} run (${shown.id})`,
  );
}

/** By id or name; a name is what people type. A whole id also says which cluster it is in. */
async function findService(driver: ServicesGroup, nameOrId: string, options: CallOptions): Promise<Service> {
  for await (const service of driver.listServices(options)) {
    if (service.id === nameOrId || service.name === nameOrId) return service;
  }
  try {
    const service = await driver.getService(nameOrId, options);
    if (service.id === nameOrId) return service;
  } catch (error) {
    if (!ContainerError.isInstance(error) || (error.code !== 'not-found' && error.code !== 'invalid-argument')) throw error;
  }
  throw new ContainerError('not-found', `services: no service has the name or id ${JSON.stringify(nameOrId)}.`, { operation: 'services' });
}
