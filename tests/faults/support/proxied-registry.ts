import { RegistryClient, type RegistryClientOptions } from '@cloud/docker-utils';
import { type HttpFaultProxy, type Registry, type RegistryOptions, startHttpFaultProxy, startRegistry } from '@cloud/test-engines';
import { pushSample, type SampleImage, sampleImage } from '../../../packages/docker-utils/src/test-support/sample-image.js';

/** A real registry that holds one image, with a fault proxy in front of it. */
export interface ProxiedRegistry extends AsyncDisposable {
  readonly registry: Registry;
  readonly proxy: HttpFaultProxy;
  readonly image: SampleImage;
  /** Where the image is. */
  readonly repository: string;
  readonly tag: string;
  /** The digest and bytes of its first layer. */
  readonly layer: { readonly digest: string; readonly bytes: Buffer };
  /** A client that goes through the proxy, with short pauses between attempts. */
  client(options?: RegistryClientOptions): RegistryClient;
  /** A client that does not. */
  direct(): RegistryClient;
}

/** Bytes that do not compress and are the same in every run. */
export function patternedBytes(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 0x2545f491;
  for (let index = 0; index < size; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

export async function startProxiedRegistry(options: RegistryOptions & { readonly layerBytes?: number } = {}): Promise<ProxiedRegistry> {
  const { layerBytes = 300_000, ...registryOptions } = options;
  const registry = await startRegistry(registryOptions);
  const [host = '', port] = registry.host.split(':');
  const proxy = await startHttpFaultProxy({ target: { host, port: Number(port) } });
  const login = { credentials: registry.credentials ?? {} };
  const direct = () => new RegistryClient(registry.host, login);
  const image = await sampleImage({ 'one.bin': patternedBytes(layerBytes), 'two.txt': 'two' });
  const [repository, tag] = ['team/app', '1'];
  const pusher = direct();
  await pushSample(pusher, repository, image, tag);
  await pusher.close();
  const [layer] = image.layers;
  if (layer === undefined) throw new Error('the image has no layer');
  const dispose = async () => {
    await proxy.stop();
    await registry.stop();
  };
  return {
    registry,
    proxy,
    image,
    repository,
    tag,
    layer,
    direct,
    client: (clientOptions) =>
      new RegistryClient(proxy.host ?? '', { ...login, ...clientOptions, retry: { baseDelayMs: 1, ...clientOptions?.retry } }),
    [Symbol.asyncDispose]: dispose,
  };
}
