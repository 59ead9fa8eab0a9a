import { parseReference } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { LaunchRequest } from '../launch-plan.js';
import type { EcsSession } from '../session/session.js';
import { installImage } from './install-image.js';

/**
 * With `mirror` the image is copied into ECR first, and the one there is deployed.
 *
 * One platform of it gets a tag of its own, `1.27-linux-arm64`: under the plain tag are all of them, for whoever deploys those.
 */
export async function mirrored<Request extends LaunchRequest>(
  session: EcsSession,
  request: Request,
  context: OperationContext,
): Promise<Request> {
  const { image, platform, own } = request;
  if (own['mirror'] !== true || image.startsWith('sha256:')) return request;
  const { registry, tag, digest } = parseReference(image);
  if (registry === (await session.registry.host(context))) return request;
  const ofPlatform = platform === undefined ? {} : { platform, ...(digest === undefined ? { tag: platformTag(tag, platform) } : {}) };
  const { reference: path } = await installImage(session, image, ofPlatform, context);
  return { ...request, image: path };
}

function platformTag(tag = 'latest', platform: string): string {
  return `${tag}-${platform.replaceAll('/', '-')}`;
}
