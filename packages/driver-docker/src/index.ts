export type { TlsMaterial } from './connection/engine-endpoint.js';
export type { DockerDeployOptions } from './docker-deploy-options.js';
export type { DockerDriver } from './docker-driver.js';
export { dockerDriver } from './factory.js';
export type { CredentialSource, DockerOptions, PodmanServiceOptions } from './options.js';
