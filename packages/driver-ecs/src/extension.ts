import {
  INSTALL_KEYS,
  imageReference,
  installOptions,
  integer,
  list,
  type Operations,
  oneOf,
  onlyKnownKeys,
  type Refuse,
  record,
  taking,
  text,
} from '@cloud/container-core/driver-kit';
import { listContainersOfTasks, runTaskDefinition } from './containers/task-definitions.js';
import type { CreateServiceOptions, EcsDriver, EcsInstallImageOptions, RunTaskDefinitionOptions } from './ecs-driver.js';
import { listImages } from './images/ecr-images.js';
import { installImage } from './images/install-image.js';
import { repositoryId } from './images/repositories.js';
import { checkLaunchSettings, LAUNCH_CHECKS } from './launch-settings.js';
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

const CALL_KEYS = ['signal', 'timeoutMs'];

/** The members of the driver beyond the contract, and the two of the contract that take more options here. */
export function extension(session: EcsSession, operations: Operations): Extension {
  const onRepository = (operation: string, repository: string, options: Parameters<EcsDriver['getRepositoryId']>[1]) =>
    [operation, options, 'deadline', taking(options, [], (refuse) => repositoryName(refuse, repository))] as const;

  return {
    installImage: (image, options) =>
      operations.call(
        'installImage',
        options,
        'stall',
        taking(options, [...INSTALL_KEYS, 'repository', 'tag'], (refuse) => ({
          path: imageReference(refuse, 'image', image),
          request: mirrorOptions(refuse, options),
        })),
        ({ path, request }, context) => installImage(session, path, request, context),
      ),
    listImages: (options) =>
      operations.list(
        'listImages',
        options,
        taking(options, ['repository'], (refuse) =>
          options?.repository === undefined ? undefined : repositoryName(refuse, options.repository),
        ),
        (repository, context) => listImages(session, repository, context),
      ),

    runTaskDefinition: (taskDefinition, options) =>
      operations.call(
        'runTaskDefinition',
        options,
        'deadline',
        (refuse) => ({ definition: text(refuse, 'taskDefinition', taskDefinition, 2048), request: runOptions(refuse, options) }),
        ({ definition, request }, context) => runTaskDefinition(session, definition, request, context),
      ),
    listContainersOfTasks: (tasks, options) =>
      operations.list(
        'listContainersOfTasks',
        options,
        (refuse) => list(refuse, 'tasks', tasks).map((task, index) => text(refuse, `tasks[${index}]`, task, 2048)),
        (ids, context) => listContainersOfTasks(session, ids, context),
      ),
    createService: (options) =>
      operations.call(
        'createService',
        options,
        'deadline',
        (refuse) => serviceOptions(refuse, options),
        (request, context) => createServiceOf(session, request, context),
      ),

    getRegistryClient: (repository, options) =>
      operations.call(...onRepository('getRegistryClient', repository, options), async (name, context) => {
        await repositoryId(session, name, context);
        return session.registry.client(context);
      }),
    getRepositoryId: (repository, options) =>
      operations.call(...onRepository('getRepositoryId', repository, options), (name, context) => repositoryId(session, name, context)),
    getRepositoryToken: (options) =>
      operations.call(
        'getRepositoryToken',
        options,
        'deadline',
        () => undefined,
        (_, context) => session.registry.token(context),
      ),
  };
}

function repositoryName(refuse: Refuse, value: unknown): string {
  const name = text(refuse, 'repository', value, 256);
  return /^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(name) ? name : refuse('repository', 'the name of an ECR repository such as team/app', value);
}

function mirrorOptions(refuse: Refuse, options: EcsInstallImageOptions | undefined) {
  const { repository, tag, stallTimeoutMs } = options ?? {};
  if (tag !== undefined && !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(String(tag))) refuse('tag', 'a tag', tag);
  return {
    ...installOptions(refuse, options),
    ...(repository === undefined ? {} : { repository: repositoryName(refuse, repository) }),
    ...(tag === undefined ? {} : { tag }),
    ...(stallTimeoutMs === undefined ? {} : { stallTimeoutMs }),
  };
}

function checkDefinitionSettings(refuse: Refuse, given: Readonly<Record<string, unknown>>, more: readonly string[]): void {
  onlyKnownKeys(refuse, '', given, [...Object.keys(LAUNCH_CHECKS), 'propagateTags', 'cluster', ...more, ...CALL_KEYS]);
  checkLaunchSettings(refuse, '', given);
  if (given['propagateTags'] !== undefined) oneOf(refuse, 'propagateTags', given['propagateTags'], ['TASK_DEFINITION']);
}

function runOptions(refuse: Refuse, options: RunTaskDefinitionOptions | undefined): RunTaskDefinitionOptions {
  const given = record(refuse, 'options', options ?? {});
  checkDefinitionSettings(refuse, given, ['count']);
  if (given['count'] !== undefined) integer(refuse, 'count', given['count'], 1, 1000);
  if (given['cluster'] !== undefined) text(refuse, 'cluster', given['cluster'], 2048);
  return options ?? {};
}

function serviceOptions(refuse: Refuse, options: CreateServiceOptions): CreateServiceOptions {
  const given = record(refuse, 'options', options);
  checkDefinitionSettings(refuse, given, ['name', 'taskDefinition', 'replicas']);
  text(refuse, 'taskDefinition', given['taskDefinition'], 2048);
  if (given['replicas'] !== undefined) integer(refuse, 'replicas', given['replicas'], 0, 5000);
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(String(given['name']))) refuse('name', 'letters, digits, - and _', given['name']);
  return options;
}
