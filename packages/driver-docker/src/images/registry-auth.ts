import { type CredentialSource, lazyModule, parseReference, type RegistryCredentials } from '@cloud/container-core';
import { checkCredentials, type OperationContext, refusal } from '@cloud/container-core/driver-kit';

const dockerUtils = lazyModule(() => import('@cloud/docker-utils'));

/** Hub's name in credentials (docs.docker.com/reference/api/engine/#section/Authentication). */
const HUB_SERVER = 'https://index.docker.io/v1/';

/** Finds credentials as the docker CLI does; loaded only when something is pulled or pushed. */
async function defaultKeychain(environment: NodeJS.ProcessEnv | undefined): Promise<CredentialSource> {
  const { Keychain } = await dockerUtils();
  return new Keychain({ environment });
}

/** Puts credentials into the header that the engine takes them from. */
export class RegistryAuthentication {
  readonly #environment: NodeJS.ProcessEnv | undefined;
  #keychain: CredentialSource | undefined;

  constructor(keychain: CredentialSource | undefined, environment: NodeJS.ProcessEnv | undefined) {
    this.#keychain = keychain;
    this.#environment = environment;
  }

  /** Explicit credentials, else the keychain's for the image's registry; an empty object is anonymous. */
  async credentialsFor(
    image: string,
    explicit: RegistryCredentials | undefined,
    context: Pick<OperationContext, 'operation' | 'signal' | 'hide'>,
  ): Promise<RegistryCredentials> {
    const credentials = await this.#find(image, explicit, context);
    const { username, password, identityToken, registryToken } = credentials;
    // An engine that fails may repeat what it was sent.
    const pair = username === undefined || password === undefined ? undefined : `${username}:${password}`;
    context.hide(password, identityToken, registryToken, pair, ...Object.values(this.header(image, credentials)));
    return credentials;
  }

  async #find(
    image: string,
    explicit: RegistryCredentials | undefined,
    { operation, signal }: Pick<OperationContext, 'operation' | 'signal'>,
  ): Promise<RegistryCredentials> {
    if (explicit !== undefined) return explicit;
    this.#keychain ??= await defaultKeychain(this.#environment);
    const found: unknown = await this.#keychain.resolve(parseReference(image).registry, { signal });
    return found === undefined ? {} : checkCredentials(refusal('docker', operation), 'credentials of the keychain', found);
  }

  /**
   * `X-Registry-Auth`: base64url of JSON. Push wants it even when it says nothing.
   *
   * With its padding, which Node leaves out: an engine that misses it takes the credentials for none, without a word.
   */
  header(image: string, credentials: RegistryCredentials): Record<string, string> {
    const { registry } = parseReference(image);
    const { username, password, identityToken, registryToken } = credentials;
    const value = {
      username,
      password,
      identitytoken: identityToken,
      registrytoken: registryToken,
      serveraddress: registry === 'docker.io' ? HUB_SERVER : registry,
    };
    const encoded = Buffer.from(JSON.stringify(value)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
    return { 'X-Registry-Auth': encoded };
  }
}
