import type { Clock } from '../clock.js';
import { seconds } from '../ecs/time.js';
import { listOf, shape, text } from '../wire/checks.js';
import { type Operation, operation } from '../wire/operation.js';
import { invalidParameter } from '../wire/service-error.js';
import type { ImageStore } from './image-store.js';

/** base64 of `AWS:<password>`, good for twelve hours. */
export function getAuthorizationToken(store: ImageStore, clock: Clock): Operation {
  return operation(shape({ registryIds: listOf(text) }), ({ registryIds = [store.registryId] }) => {
    if (registryIds.length < 1 || registryIds.length > 10) throw invalidParameter('registryIds must have 1 to 10 members.');
    const authorizationData = registryIds.map(() => ({
      authorizationToken: Buffer.from(`AWS:${store.knobs.password}`).toString('base64'),
      expiresAt: seconds(clock.now() + store.knobs.tokenLifetimeMs),
      proxyEndpoint: store.knobs.proxyEndpoint,
    }));
    return { authorizationData };
  });
}
