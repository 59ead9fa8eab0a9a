/**
 * A container image, as any registry, engine or hub describes it.
 *
 * Every driver deploys any `Image`, wherever it was found.
 */
export interface Image {
  /** The provider's own id, such as an engine's `sha256:…` config digest. */
  readonly id?: string;
  /** The last part of the repository, such as `nginx`. */
  readonly name: string;
  /** The full reference to deploy, such as `docker.io/library/nginx:1.27` or `registry.example.com/app@sha256:…`. */
  readonly reference: string;
  /** The tag. */
  readonly tag?: string;
  /** The manifest's digest, `sha256:…`. */
  readonly digest?: string;
  /** The registry's host, such as `docker.io`. */
  readonly registry?: string;
  readonly sizeBytes?: number;
  readonly createdAt?: Date;
  readonly labels?: Readonly<Record<string, string>>;
  readonly provider?: string;
}

/** How far an image installation has come. */
export interface ImageProgress {
  /** The layer or blob that this is about; absent when it is about the whole image. */
  readonly layer?: string;
  readonly status: 'waiting' | 'downloading' | 'verifying' | 'extracting' | 'exists' | 'uploading' | 'done';
  readonly currentBytes?: number;
  readonly totalBytes?: number;
}

/** What to show to an image registry; an empty object is no credentials. */
export interface RegistryCredentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** An OAuth2 refresh token, in place of a password. */
  readonly identityToken?: string | undefined;
  /** A bearer token that is sent to the registry as it is. */
  readonly registryToken?: string | undefined;
}
