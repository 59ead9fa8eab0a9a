export type { AwsApis, Ec2Api, EcrApi, EcsApi, LogsApi } from './client/apis.js';
export type { EcsRaw } from './containers/map-container.js';
export { type FargateSize, fitFargateSize } from './definitions/fargate-sizes.js';
export type { EcsDeployOptions, EfsVolume, Ulimit } from './deploy-options.js';
export type { CreateServiceOptions, EcsDriver, EcsImagesGroup, EcsInstallImageOptions, RunTaskDefinitionOptions } from './ecs-driver.js';
export { ecsDriver } from './factory.js';
export type { RepositoryToken } from './images/ecr-registry.js';
export type { CapacityProvider, EcsLaunchSettings } from './launch-settings.js';
export type { AwsCredentials, EcsOptions, PollInterval } from './options.js';
