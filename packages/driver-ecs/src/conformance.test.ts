import { ECS } from '@aws-sdk/client-ecs';
import { type AwsFake, startAwsFake } from '@cloud/aws-fake';
import { containerDriverConformance, shellPrograms } from '@cloud/container-core/testing';
import { freePort } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECS_CAPABILITIES } from './capabilities.js';
import { ecsDriver } from './factory.js';
import { CREDENTIALS, MODELS, optionsFor } from './test-support/connection.js';
import { hostPrograms, removeHostPrograms } from './test-support/host-programs.js';

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

const SECRET = { reference: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf', value: 'conformance-value' };

/** The fake of ECS holds one secret. */
function resolved(secrets: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).map(([name, reference]) => {
      if (reference !== SECRET.reference) throw new Error(`ResourceInitializationError: unable to retrieve secret ${reference}`);
      return [name, SECRET.value];
    }),
  );
}

let fake: AwsFake;
beforeAll(async () => {
  fake = await startAwsFake({
    models: MODELS,
    run: ({ environment, secrets, ...options }) =>
      hostPrograms({ ...options, secrets, environment: { ...environment, ...resolved(secrets) } }),
    pull: async (image) => {
      if (image === MISSING_IMAGE) throw new Error(`pull image manifest has been retried 1 time(s): failed to resolve ref ${image}`);
      return { digest: `sha256:${'ab'.repeat(32)}` };
    },
  });
  fake.ecs.invisibleMs = 20;
  fake.ecr.addImage(fake.ecr.createRepository('busybox'), MANIFEST, 'latest', 'application/vnd.oci.image.manifest.v1+json');
});
afterAll(async () => {
  await fake.stop();
  removeHostPrograms();
});

containerDriverConformance({
  describe,
  it,
  expect,
  name: 'ecs on the strict fake',
  capabilities: ECS_CAPABILITIES,
  createDriver: () => ecsDriver.connect(optionsFor(fake)),
  createUnreachableDriver: () => ecsDriver.connect({ ...optionsFor(fake), endpoint: 'http://127.0.0.1:1', retry: { retries: 0 } }),
  // The containers of the fake are processes of this machine.
  listenPort: () => freePort(),
  reach: ({ port }) => ({ host: '127.0.0.1', port }),
  images: { ...shellPrograms(ECR_IMAGE), missing: MISSING_IMAGE },
  exceptions: {
    'deploy.mounts':
      'the containers of the fake are processes of this machine, without mounts; map-definition.test.ts shows what ECS is told',
    ...(process.getuid?.() === 0 ? {} : { 'deploy.user': 'only root starts a process of this machine as somebody else' }),
  },
  secret: SECRET,
  secrets: Object.values(CREDENTIALS),
  leftovers: async () => {
    const ecs = new ECS(optionsFor(fake));
    const { taskDefinitionArns = [] } = await ecs.listTaskDefinitions({ status: 'ACTIVE' });
    ecs.destroy();
    return taskDefinitionArns;
  },
});
