// What a driver's factory needs before the driver is loaded: the driver kit would cost its importers milliseconds.
export { lazyModule } from './driver-kit/lazy-module.js';
export { didYouMean } from './driver-kit/validate/did-you-mean.js';
export { createDriverRegistry, type DriverEntries, type DriverRegistry } from './drivers/driver-registry.js';
export type { DriverEntry } from './drivers/load-factory.js';
export { ContainerError, type ContainerErrorDetails } from './errors/container-error.js';
export { ERROR_CODES, type ErrorCode } from './errors/error-code.js';
export { createRedactor, type Redactor } from './errors/redact.js';
export { isSecretName } from './errors/secret-names.js';
export {
  type ReadContainerFileOptions,
  readContainerFile,
  type WriteContainerFileOptions,
  writeContainerFile,
} from './helpers/container-files.js';
export { type EndpointUrlOptions, endpointUrl } from './helpers/endpoint-url.js';
export { type FindContainerOptions, findContainer } from './helpers/find-container.js';
export { type RunOptions, type RunResult, run } from './helpers/run.js';
export type { RunInput } from './helpers/run-input.js';
export { supports } from './helpers/supports.js';
export { type WaitForHttpOptions, waitForHttp } from './helpers/wait-for-http.js';
export { type WaitForLogOptions, waitForLog } from './helpers/wait-for-log.js';
export { waitForPort } from './helpers/wait-for-port.js';
export { imageFromReference, referenceOf } from './reference/image-from-reference.js';
export { type ImageReference, isDigest, isRegistryHost, isRepository, isTag, parseReference } from './reference/parse-reference.js';
export type { CallOptions, TransferOptions } from './types/call-options.js';
export { CAPABILITY_GROUPS, type Capabilities, type CapabilityGroup, type ExecCapabilities } from './types/capabilities.js';
export type { Cluster, ClusterRef, Location } from './types/cluster.js';
export type { CredentialSource, RetryOptions, TlsOptions } from './types/connection-options.js';
export {
  CONTAINER_STATES,
  type Container,
  type ContainerExit,
  type ContainerHealth,
  type ContainerRef,
  type ContainerState,
  type Endpoint,
  type Pod,
  rawOf,
} from './types/container.js';
export {
  type DeployCapabilities,
  type DeployFieldValues,
  type FieldCapability,
  type FieldSupport,
  FULL_DEPLOY_CAPABILITIES,
  NO_DEPLOY_CAPABILITIES,
  type NumberRange,
} from './types/deploy-capabilities.js';
export {
  DEPLOY_FIELDS,
  type DeployField,
  type DeployOptions,
  type HealthCheck,
  type Mount,
  type PortMapping,
  type RestartPolicy,
} from './types/deploy-options.js';
export type { ContainerDriver, ListContainersOptions, ProviderInfo, StopOptions, WaitOptions } from './types/driver.js';
export { CONTAINER_EVENT_TYPES, type ContainerEvent, type ContainerEventType, type EventOptions } from './types/events.js';
export type { ExecOptions, ExecProcess } from './types/exec.js';
export { type DriverFactory, SPECIFICATION_VERSIONS, type SpecificationVersion } from './types/factory.js';
export type {
  ClustersGroup,
  CreateClusterOptions,
  DestroyClusterOptions,
  EventsGroup,
  ExecGroup,
  FilesGroup,
  GroupInterfaces,
  ImagesGroup,
  InstallImageOptions,
  KillOptions,
  ListServicesOptions,
  LocationsGroup,
  PauseGroup,
  ServicesGroup,
  SignalsGroup,
  StatsGroup,
} from './types/groups.js';
export type { Image, ImageProgress, RegistryCredentials } from './types/image.js';
export type { JsonObject, JsonValue } from './types/json.js';
export type { Listing } from './types/listing.js';
export type { LogEntry, LogOptions, LogStream } from './types/logs.js';
export type { DeployServiceOptions, Replicas, Service, ServiceDeployment, ServiceRef, UpdateServiceOptions } from './types/service.js';
export type { ContainerStats } from './types/stats.js';
