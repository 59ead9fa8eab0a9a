import { ECS } from '@aws-sdk/client-ecs';
import type { AwsFake } from '@cloud/aws-fake';
import { onTestFinished } from 'vitest';
import { optionsFor } from './connection.js';

/** The SDK itself, to see and do what no driver does; it ends with the test. */
export function sdkOf(fake: AwsFake): ECS {
  const ecs = new ECS(optionsFor(fake));
  onTestFinished(() => ecs.destroy());
  return ecs;
}
