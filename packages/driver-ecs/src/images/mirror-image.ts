import { parseReference } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { LaunchRequest } from '../launch-plan.js';
import type { EcsSession } from '../session/session.js';
import { installImage } from './install-image.js';

/**
 * With `mirror`, copies the image of a deploy into ECR and returns the request for the copy.
 *
 * A single platform gets its own tag, `1.27-linux-arm64`: the plain tag is for the image with all platforms.
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
  const { reference: path } = await context.transfer(() => installImage(session, image, ofPlatform, context));
  return { ...request, image: path };
}

function platformTag(tag = 'latest', platform: string): string {
  return `${tag}-${platform.replaceAll('/', '-')}`;
}
