export type { DockerDeployOptions } from './deploy-options.js';
export type { AttachOptions, DockerDriver, DockerOnlyCalls, FoundRepository, ProcessTable, PushOptions } from './docker-driver.js';
export { dockerDriver, podmanDriver } from './factory.js';
export type { DockerOptions, PodmanServiceOptions } from './options.js';
