/** Certificates for connections over https, as PEM. */
export interface TlsOptions {
  /** Certificate authorities to trust besides those that come with Node. */
  readonly ca?: string | Buffer | readonly (string | Buffer)[] | undefined;
  /** The client's certificate; shown to the registry, its mirrors and its token server, to no other host. */
  readonly cert?: string | Buffer | undefined;
  /** The client's private key. */
  readonly key?: string | Buffer | undefined;
  readonly passphrase?: string | undefined;
}
