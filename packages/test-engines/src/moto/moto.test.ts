import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { type Moto, motoEngine } from './moto.js';

const moto = await motoEngine();
afterAll(moto.stop);

/** One ECS call in AWS JSON 1.1, unsigned: moto reads the region from the credential scope only. */
async function ecs({ endpoint }: Moto, operation: string, input: object): Promise<Record<string, unknown>> {
  const scope = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ecs/aws4_request, SignedHeaders=host, Signature=0';
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}`,
    authorization: scope,
  };
  const answer = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
}

describe.skipIf(!moto.available)('moto', () => {
  beforeEach(() => moto.get().reset());

  it('answers ECS calls and forgets them on reset', async () => {
    await ecs(moto.get(), 'CreateCluster', { clusterName: 'prod' });
    expect(await ecs(moto.get(), 'ListClusters', {})).toMatchObject({ clusterArns: [expect.stringContaining('cluster/prod')] });
    await moto.get().reset();
    expect(await ecs(moto.get(), 'ListClusters', {})).toMatchObject({ clusterArns: [] });
  });

  it('takes the order to keep tasks in their state', async () => {
    await moto.get().freezeTasks();
    const url = `${moto.get().endpoint}/moto-api/state-manager/get-transition?model_name=ecs::task`;
    expect(await (await fetch(url)).json()).toMatchObject({ progression: 'manual', times: 1_000_000 });
  });

  it('brings the API models', () => {
    expect(existsSync(join(moto.get().botocoreDataPath, 'ecs/2014-11-13/service-2.json.gz'))).toBe(true);
  });
});
