export type { AwsApis, Ec2Api, EcrApi, EcsApi, LogsApi } from './aws-apis.js';
export { type FargateRequest, type FargateSize, fitFargateSize } from './definitions/fargate-sizes.js';
export type { EcsDeployOptions, EfsVolume, Ulimit } from './deploy-options.js';
export type { CreateServiceOptions, EcsDriver, EcsImagesGroup, EcsInstallImageOptions, RunTaskDefinitionOptions } from './ecs-driver.js';
export type { EcsRaw } from './ecs-raw.js';
export { ecsDriver } from './factory.js';
export type { CapacityProvider, EcsLaunchSettings } from './launch-settings.js';
export type { AwsCredentials, EcsOptions, PollInterval } from './options.js';
export type { RepositoryToken } from './session/ecr-registry.js';
