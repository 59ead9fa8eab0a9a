import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startAwsFake } from '@cloud/aws-fake';
import { HubClient, RegistryClient } from '@cloud/docker-utils';
import { type EcsOptions, ecsDriver } from '@cloud/driver-ecs';
import { ecrAccount, motoEngine, registryEngine } from '@cloud/test-engines';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { main as containerRegistry } from '../../examples/ecs/container-registry.js';
import { main as deployContainer } from '../../examples/ecs/deploy-container.js';
import { main as dockerHub } from '../../examples/ecs/docker-hub.js';
import { main as instantiateDriver } from '../../examples/ecs/instantiate-driver.js';
import { main as workingWithClusters } from '../../examples/ecs/working-with-clusters.js';

const CONNECTION = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
  pollInterval: { minMs: 10, maxMs: 100 },
} satisfies EcsOptions;

const moto = await motoEngine();
const registry = await registryEngine({ auth: 'htpasswd' });
afterAll(moto.stop);
afterAll(registry.stop);

/** Docker Hub cannot be reached from where the tests run; this says the little of it that is needed. */
let hub: Server;
beforeAll(async () => {
  hub = createServer((incoming, outgoing) => {
    outgoing.setHeader('content-type', 'application/json');
    const found = incoming.url === '/v2/namespaces/library/repositories/ubuntu/tags/latest';
    outgoing
      .writeHead(found ? 200 : 404)
      .end(JSON.stringify(found ? { name: 'latest', digest: `sha256:${'a'.repeat(64)}`, images: [] } : {}));
  });
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => hub.close(resolve)));
const hubClient = () => new HubClient({ url: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`, environment: {} });

function lines() {
  const printed: string[] = [];
  return { printed, print: (line: string) => printed.push(line) };
}

describe('the ECS programs on the strict fake', () => {
  async function connection(ecr?: { proxyEndpoint: string; password: string }) {
    const fake = await startAwsFake({ clusters: ['default'], ...(ecr === undefined ? {} : { ecr }) });
    onTestFinished(() => fake.stop());
    return { fake, options: { ...CONNECTION, endpoint: fake.endpoint } };
  }

  it('deploys on the cluster default, and lists container and cluster', async () => {
    const { options } = await connection();
    const container = await deployContainer(options, () => undefined);
    expect(container).toMatchObject({ name: 'my-simple-app', state: 'running' });
    const { printed, print } = lines();
    await instantiateDriver(options, print);
    expect(printed).toEqual(['my-simple-app', 'default']);
  });

  it('deploys an image of Docker Hub', async () => {
    const { options } = await connection();
    const container = await dockerHub(options, () => undefined, hubClient());
    expect(container?.image.reference).toBe('docker.io/library/ubuntu:latest');
  });

  it('makes a cluster, uses it and removes it', async () => {
    const { options } = await connection();
    const { printed, print } = lines();
    await workingWithClusters(options, print);
    expect(printed).toEqual(['my-simple-app', 'default']);
  });

  it.skipIf(!registry.available)('deploys an image of ECR', async () => {
    const { host, origin } = registry.get();
    const { fake, options } = await connection({ proxyEndpoint: origin, password: ecrAccount.password });
    fake.ecr.createRepository('my-image');
    const client = new RegistryClient(host, { credentials: ecrAccount });
    const config = await client.pushBlob(
      'my-image',
      Buffer.from('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}'),
    );
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config.digest, size: config.size },
      layers: [],
    };
    await client.putManifest('my-image', '14.04', Buffer.from(JSON.stringify(manifest)));
    await client.close();

    const { printed, print } = lines();
    const container = await containerRegistry(options, print);
    expect(printed).toEqual([`${host}/my-image:14.04`, `${host}/my-image:14.04`]);
    expect(container.image.reference).toBe(`${host}/my-image:14.04`);
  });
});

describe.skipIf(!moto.available)('the ECS programs on moto', () => {
  it('connect, deploy and work with clusters', async () => {
    await moto.get().reset();
    const endpoint = moto.get().endpoint;
    // Moto wants the security groups named that AWS takes by itself.
    const options = { ...CONNECTION, endpoint, securityGroups: [await defaultSecurityGroup(endpoint)] };
    await using driver = await ecsDriver.connect(options);
    await driver.createCluster('default');

    expect(await deployContainer(options, () => undefined)).toMatchObject({ name: 'my-simple-app' });
    expect(await dockerHub(options, () => undefined, hubClient())).toMatchObject({ name: 'my-simple-app' });
    const { printed, print } = lines();
    await instantiateDriver(options, print);
    expect(printed).toEqual(['my-simple-app', 'my-simple-app', 'default']);
    await workingWithClusters(options, () => undefined);
  });
});

async function defaultSecurityGroup(endpoint: string): Promise<string> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=none';
  const body = new URLSearchParams({ Action: 'DescribeSecurityGroups', Version: '2016-11-15', 'GroupName.1': 'default' });
  const reply = await fetch(endpoint, { method: 'POST', headers: { authorization }, body });
  const id = /sg-[0-9a-f]+/.exec(await reply.text())?.[0];
  if (id === undefined) throw new Error('Moto has no default security group.');
  return id;
}
