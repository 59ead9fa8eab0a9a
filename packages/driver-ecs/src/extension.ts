import {
  arrayOf,
  CALL_OPTIONS,
  callShape,
  defineCalls,
  INSTALL_OPTIONS,
  idOf,
  imageReference,
  integerFrom,
  type Operations,
  oneOfThese,
  type Refuse,
  required,
  type Shape,
  shape,
  text,
  textUpTo,
} from '@cloud/container-core/driver-kit';
import { listContainersOfTasks, runTaskDefinition } from './containers/task-definitions.js';
import type { EcsDriver } from './ecs-driver.js';
import { listImages } from './images/ecr-images.js';
import { installImage } from './images/install-image.js';
import { repositoryId } from './images/repositories.js';
import { LAUNCH_CHECKS, refuseBothLaunchTypes } from './launch-settings.js';
import { createServiceOf } from './services/create-service.js';
import type { EcsSession } from './session/session.js';

type Extension = Pick<
  EcsDriver,
  | 'installImage'
  | 'listImages'
  | 'runTaskDefinition'
  | 'listContainersOfTasks'
  | 'createService'
  | 'getRegistryClient'
  | 'getRepositoryToken'
  | 'getRepositoryId'
>;

const call = { kind: 'call', pace: 'deadline', isRepeatable: true } as const;
const onRepository = { ...call, arguments: [['repository', repositoryName]], options: callShape } as const;

/** What starting a task definition takes, besides how many. */
const DEFINITION_OPTIONS = { ...LAUNCH_CHECKS, propagateTags: oneOfThese('TASK_DEFINITION'), ...CALL_OPTIONS } as const;

const RUN_OPTIONS = shape({ count: integerFrom(1, 1000), cluster: textUpTo(2048), ...DEFINITION_OPTIONS });
const SERVICE_OPTIONS = shape({
  name: required(serviceName),
  taskDefinition: required(textUpTo(2048)),
  replicas: integerFrom(0, 5000),
  cluster: idOf,
  ...DEFINITION_OPTIONS,
});

/** The calls beyond the contract, and the two of the contract that take more options here. */
const ECS_CALLS = defineCalls<Extension>()({
  installImage: {
    ...call,
    pace: 'stall',
    arguments: [['image', imageReference]],
    options: shape({ repository: repositoryName, tag: tagName, trustedHosts: arrayOf<string>(text), ...INSTALL_OPTIONS }),
  },
  listImages: {
    kind: 'list',
    pace: 'deadline',
    arguments: [],
    options: shape({ repository: repositoryName, ...CALL_OPTIONS }),
    isRepeatable: true,
  },
  runTaskDefinition: {
    ...call,
    arguments: [['taskDefinition', textUpTo(2048)]],
    options: launching(RUN_OPTIONS),
    isRepeatable: false,
  },
  listContainersOfTasks: {
    kind: 'list',
    pace: 'deadline',
    arguments: [['tasks', arrayOf(textUpTo(2048))]],
    options: callShape,
    isRepeatable: true,
  },
  createService: {
    ...call,
    arguments: [],
    options: launching(SERVICE_OPTIONS),
  },
  getRegistryClient: onRepository,
  getRepositoryId: onRepository,
  getRepositoryToken: { ...call, arguments: [], options: callShape },
});

/** The members of the driver beyond the contract, and the two of the contract that take more options here. */
export function extension(session: EcsSession, operations: Operations): Extension {
  return operations.calls(ECS_CALLS, {
    installImage: (image, options, context) => installImage(session, image, options, context),
    listImages: ({ repository }, context) => listImages(session, repository, context),
    runTaskDefinition: (definition, options, context) => runTaskDefinition(session, definition, options, context),
    listContainersOfTasks: (tasks, context) => listContainersOfTasks(session, tasks, context),
    createService: (options, context) => createServiceOf(session, options, context),
    getRegistryClient: async (repository, context) => {
      await repositoryId(session, repository, context);
      return session.registry.client(context);
    },
    getRepositoryId: (repository, context) => repositoryId(session, repository, context),
    getRepositoryToken: (context) => session.registry.token(context),
  });
}

/** The options of a call that starts a task definition: refuses launch settings that exclude each other. */
function launching<Options extends Shape<typeof DEFINITION_OPTIONS>>(options: Options): Options {
  const check = (refuse: Refuse, field: string, value: unknown) => {
    const checked = options(refuse, field, value);
    refuseBothLaunchTypes(refuse, '', checked);
    return checked;
  };
  return Object.assign(check, { members: options.members }) as Options;
}

function repositoryName(refuse: Refuse, field: string, value: unknown): string {
  const name = text(refuse, field, value, 256);
  return /^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(name) ? name : refuse(field, 'the name of an ECR repository such as team/app', value);
}

function tagName(refuse: Refuse, field: string, value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(value) ? value : refuse(field, 'a tag', value);
}

function serviceName(refuse: Refuse, field: string, value: unknown): string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{1,255}$/.test(value) ? value : refuse(field, 'letters, digits, - and _', value);
}
