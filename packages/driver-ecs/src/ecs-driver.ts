import type {
  CallOptions,
  Cluster,
  ClustersGroup,
  Container,
  ContainerDriver,
  Image,
  ImagesGroup,
  InstallImageOptions,
  Listing,
  LocationsGroup,
  Service,
  ServicesGroup,
} from '@cloud/container-core';
import type { RegistryClient } from '@cloud/docker-utils';
import type { EcsLaunchSettings } from './launch-settings.js';
import type { RepositoryToken } from './session/ecr-registry.js';

/** How to mirror an image into ECR. */
export interface EcsInstallImageOptions extends InstallImageOptions {
  /** The ECR repository, made when it is missing; by default the source's whole name, such as `docker.io/library/nginx`. */
  readonly repository?: string | undefined;
  /** The source's by default. */
  readonly tag?: string | undefined;
  /** As in `RegistryClient`: hosts that the source registry may name although they have a private address; none by default. */
  readonly trustedHosts?: readonly string[] | undefined;
}

/** How to run a task definition that is there already. The launch settings of the connection hold where none are given. */
export interface DefinitionLaunchSettings extends EcsLaunchSettings {
  /** Gives the tasks the tags of their definition, too; by default they have `tags` only. */
  readonly propagateTags?: 'TASK_DEFINITION';
}

/** How to start a task definition. */
export interface RunTaskDefinitionOptions extends CallOptions, DefinitionLaunchSettings {
  /** How many tasks; 1 by default. */
  readonly count?: number | undefined;
  readonly cluster?: string | undefined;
}

/** What to make a service of, when its task definition is there already. */
export interface CreateServiceOptions extends CallOptions, DefinitionLaunchSettings {
  readonly name: string;
  /** `family`, `family:revision` or an ARN. */
  readonly taskDefinition: string;
  /** 1 by default. */
  readonly replicas?: number | undefined;
  readonly cluster?: Cluster | string | undefined;
}

/** The group `images`, with ECR's own options. */
export interface EcsImagesGroup extends ImagesGroup {
  /**
   * Mirrors an image from its registry into ECR with no daemon, and returns the ECR image, deployable.
   *
   * All platforms, unless one is given. Nothing is copied that ECR has; a tag that has the image already is left alone.
   *
   * ```ts
   * const image = await ecs.installImage('nginx:1.27', { repository: 'web' });
   * ```
   */
  installImage(image: Image | string, options?: EcsInstallImageOptions): Promise<Image>;
  /** The images of one repository, or of all: each tag an image, and each untagged one by its digest. */
  listImages(options?: CallOptions & { readonly repository?: string | undefined }): Listing<Image>;
}

/** Amazon ECS, with images in Amazon ECR and logs in CloudWatch. */
export interface EcsDriver extends ContainerDriver, EcsImagesGroup, ClustersGroup, LocationsGroup, ServicesGroup {
  /**
   * Starts a task definition, `count` times, and returns the containers of all its tasks. When some can't be started, those that
   * were are stopped again, and the error says what ECS said.
   */
  runTaskDefinition(taskDefinition: string, options?: RunTaskDefinitionOptions): Promise<Container[]>;
  /** The containers of the given tasks (ARNs, or ids in the connection's cluster); tasks that are not there are left out. */
  listContainersOfTasks(tasks: readonly string[], options?: CallOptions): Listing<Container>;
  /** Makes a service of a task definition that is there already; `deployService` makes both. */
  createService(options: CreateServiceOptions): Promise<Service>;
  /**
   * A client of the account's registry, for a repository that is there (`not-found` otherwise). It asks for a new token before
   * the twelve hours of the old one are over. Yours to close.
   */
  getRegistryClient(repository: string, options?: CallOptions): Promise<RegistryClient>;
  /** What `docker login` takes. One token serves every repository that the caller may use. */
  getRepositoryToken(options?: CallOptions): Promise<RepositoryToken>;
  /** The id of the registry that a repository is in: the number of the account. */
  getRepositoryId(repository: string, options?: CallOptions): Promise<string>;
}
