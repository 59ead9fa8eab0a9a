export { dockerEngine } from './docker/docker-availability.js';
export { startDockerEngine } from './docker/docker-engine.js';
export type { DockerEngine } from './docker/engine-handle.js';
export { type Fault, httpReply } from './fault-proxy/fault.js';
export { type FaultProxy, startFaultProxy } from './fault-proxy/fault-proxy.js';
export { type HttpFaultProxy, startHttpFaultProxy } from './fault-proxy/http-fault-proxy.js';
export type { FaultProxyOptions } from './fault-proxy/proxy-listener.js';
export type { RequestFault, SeenRequest } from './fault-proxy/request-fault.js';
export { busyboxImageTar } from './images/busybox-image.js';
export { type DockerArchiveDescription, dockerArchive, type ImageConfig } from './images/docker-archive.js';
export type { ImageArchive } from './images/image-archive.js';
export { type OciLayoutDescription, writeOciLayout } from './images/oci-layout.js';
export { type TarEntry, writeTar } from './images/tar.js';
export { kubernetesCluster } from './kubernetes/kubernetes-availability.js';
export { type KubernetesCluster, startKubernetesCluster } from './kubernetes/kubernetes-cluster.js';
export { botocoreData } from './moto/botocore-data.js';
export { type Moto, motoEngine, startMoto } from './moto/moto.js';
export { type PodmanService, podmanEngine, startPodmanService } from './podman/podman-service.js';
export { ecrAccount, fullAccount, pullOnlyAccount, type RegistryAccount } from './registry/accounts.js';
export { type Registry, type RegistryOptions, startRegistry } from './registry/registry.js';
export { registryEngine } from './registry/registry-availability.js';
export type { TokenRequest } from './registry/token-request.js';
export type { TokenServer } from './registry/token-server.js';
export { type RemoteHost, type RemoteService, startRemoteHost } from './remote-host/remote-host.js';
export { availabilityOf, type EngineAvailability, type EngineName } from './shared/availability.js';
export type { EngineControls, Stoppable } from './shared/controls.js';
export { freePort } from './shared/free-port.js';
export { type EngineAddress, exchange, type HttpAnswer, type HttpExchange } from './shared/http.js';
export { requireProgram } from './shared/programs.js';
export { propertyRuns } from './shared/property-runs.js';
export { EngineUnavailable } from './shared/unavailable.js';
export { findSkopeo, type Skopeo, type SkopeoResult, skopeoEngine } from './skopeo/skopeo.js';
export {
  type Interceptor,
  type StrictRegistry,
  type StrictRegistryOptions,
  startStrictRegistry,
} from './strict-registry/strict-registry.js';
