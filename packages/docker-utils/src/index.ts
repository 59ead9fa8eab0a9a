export { type CredentialSource, type ImageReference, parseReference, type RetryOptions, type TlsOptions } from '@cloud/container-core';
export type { CredentialsProvider, ExpiringCredentials } from './auth/credentials-holder.js';
export type {
  PlatformOptions,
  PushImageOptions,
  PutManifestOptions,
  ReferrersOptions,
  TransferImageOptions,
} from './call-options.js';
export { HubClient, type HubClientOptions, type HubSearchOptions } from './hub/hub-client.js';
export type { HubCredentials } from './hub/hub-session.js';
export type { HubRepository, HubTag, HubTagImage } from './hub/map-hub.js';
export type { HubRateLimit } from './hub/rate-limit.js';
export type { ImageSource, SourceChoice } from './image/image-source.js';
export type { ImageTarget, ImageTransfer } from './image/pull-image.js';
export { Keychain, type KeychainOptions, type ResolveOptions } from './keychain/keychain.js';
export type { RegistryClientOptions } from './registry/client-options.js';
export type { Descriptor, Manifest, Platform } from './registry/manifest.js';
export type { ManifestHead } from './registry/manifests.js';
export type { BlobContent, PushBlobOptions, PushBlobResult } from './registry/push-blob.js';
export {
  type CopyTarget,
  RegistryClient,
  type RegistryInfo,
} from './registry-client.js';
