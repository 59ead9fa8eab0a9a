export type { TlsMaterial } from './connection/engine-endpoint.js';
export type { DockerDeployOptions } from './deploy-options.js';
export type { DockerDriver, DockerOnlyCalls, FoundRepository, ProcessTable, PushOptions } from './docker-driver.js';
export type { AttachOptions } from './exec/exec-calls.js';
export { dockerDriver, podmanDriver } from './factory.js';
export type { CredentialSource, DockerOptions, PodmanServiceOptions } from './options.js';
