import { containerDriverConformance, shellPrograms } from '@cloud/container-core/testing';
import { type AwsFake, startAwsFake } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECS_CAPABILITIES } from './capabilities.js';
import { ecsDriver } from './factory.js';
import type { EcsOptions } from './options.js';
import { hostPrograms } from './test-support/host-programs.js';

const credentials = {
  accessKeyId: 'AKIDEXAMPLE0EXAMPLE0',
  secretAccessKey: 'canary/secret/Access/Key',
  sessionToken: 'canary-session-token',
};

const MISSING_IMAGE = 'localhost:1/no/such-image:none';

/** In the fake's ECR, where the driver's group `images` finds it. */
const ECR_IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/busybox:latest';
const DESCRIPTOR = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'cd'.repeat(32)}`, size: 2 };
const MANIFEST = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: DESCRIPTOR,
  layers: [],
});

let fake: AwsFake;
beforeAll(async () => {
  fake = await startAwsFake({
    run: hostPrograms,
    pull: async (image) => {
      if (image === MISSING_IMAGE) throw new Error(`pull image manifest has been retried 1 time(s): failed to resolve ref ${image}`);
      return { digest: `sha256:${'ab'.repeat(32)}` };
    },
  });
  fake.ecs.invisibleMs = 20;
  fake.ecr.addImage(fake.ecr.createRepository('busybox'), MANIFEST, 'latest', 'application/vnd.oci.image.manifest.v1+json');
});
afterAll(() => fake.stop());

function options(): EcsOptions {
  return {
    region: fake.region,
    endpoint: fake.endpoint,
    credentials,
    executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
    pollInterval: { minimumMs: 20, maximumMs: 200 },
    logDrainMs: 200,
  };
}

containerDriverConformance({
  describe,
  it,
  expect,
  name: 'ecs on the strict fake',
  capabilities: ECS_CAPABILITIES,
  createDriver: () => ecsDriver.connect(options()),
  createUnreachableDriver: () => ecsDriver.connect({ ...options(), endpoint: 'http://127.0.0.1:1', maxAttempts: 1 }),
  reach: ({ port }) => ({ host: '127.0.0.1', port }),
  images: { ...shellPrograms(ECR_IMAGE), missing: MISSING_IMAGE },
  exceptions: {
    'locations.list': 'the fake does not model ec2:DescribeRegions',
    'deploy.mounts':
      'the containers of the fake are processes of this machine, without mounts; map-definition.test.ts shows what ECS is told',
  },
  secrets: Object.values(credentials),
});
