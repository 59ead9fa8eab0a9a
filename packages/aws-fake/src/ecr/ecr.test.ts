import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ListImagesCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { expect, it, onTestFinished } from 'vitest';
import type { AwsFakeOptions } from '../start-aws-fake.js';
import { clientSettings, startHarness } from '../test-support/harness.js';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;
const repositoryName = 'team/web';

const manifest = (size: number) =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf('a'), size: 10 },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf('b'), size }],
  });

async function startEcr(options: AwsFakeOptions = {}, imageTagMutability?: 'IMMUTABLE') {
  const { fake } = await startHarness(options);
  const ecr = new ECRClient(clientSettings(fake));
  onTestFinished(() => ecr.destroy());
  await ecr.send(new CreateRepositoryCommand({ repositoryName, ...(imageTagMutability === undefined ? {} : { imageTagMutability }) }));
  return {
    fake,
    ecr,
    put: (imageManifest: string, imageTag?: string) =>
      ecr.send(new PutImageCommand({ repositoryName, imageManifest, ...(imageTag === undefined ? {} : { imageTag }) })),
    repository: fake.ecr.requireRepository(repositoryName),
  };
}

it('gives a token for twelve hours', async () => {
  const { ecr, fake } = await startEcr();
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const [data] = authorizationData ?? [];
  expect(Buffer.from(data?.authorizationToken ?? '', 'base64').toString()).toBe(`AWS:${fake.ecr.knobs.password}`);
  expect(data?.proxyEndpoint).toBe('https://123456789012.dkr.ecr.us-east-1.amazonaws.com');
  const hours = ((data?.expiresAt?.getTime() ?? 0) - Date.now()) / 3_600_000;
  expect(Math.round(hours)).toBe(12);
});

it('keeps repositories by name', async () => {
  const { ecr, put } = await startEcr();
  const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
  expect(repositories?.[0]?.repositoryUri).toBe('123456789012.dkr.ecr.us-east-1.amazonaws.com/team/web');
  await expect(ecr.send(new CreateRepositoryCommand({ repositoryName }))).rejects.toMatchObject({
    name: 'RepositoryAlreadyExistsException',
  });
  await expect(ecr.send(new CreateRepositoryCommand({ repositoryName: 'Upper' }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await expect(ecr.send(new ListImagesCommand({ repositoryName: 'absent' }))).rejects.toMatchObject({
    name: 'RepositoryNotFoundException',
  });
  await put(manifest(1), 'one');
  await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName }))).rejects.toMatchObject({ name: 'RepositoryNotEmptyException' });
  await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
  expect((await ecr.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
});

it('lists every tag and what has none, page by page', async () => {
  const { ecr, fake, repository } = await startEcr();
  for (let index = 0; index < 1_100; index += 1) fake.ecr.addImage(repository, manifest(index), index % 2 === 0 ? `t${index}` : undefined);
  const first = await ecr.send(new ListImagesCommand({ repositoryName, maxResults: 1_000 }));
  expect(first.imageIds).toHaveLength(1_000);
  const second = await ecr.send(new ListImagesCommand({ repositoryName, maxResults: 1_000, nextToken: first.nextToken }));
  expect(second.nextToken).toBeUndefined();
  expect(second.imageIds).toHaveLength(100);
  expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toHaveLength(100);
  const untagged = await ecr.send(new ListImagesCommand({ repositoryName, maxResults: 1_000, filter: { tagStatus: 'UNTAGGED' } }));
  expect(untagged.imageIds).toHaveLength(550);
  expect(untagged.imageIds?.[0]?.imageTag).toBeUndefined();
  await expect(ecr.send(new ListImagesCommand({ repositoryName, maxResults: 1_001 }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

it('describes, gets and deletes images by tag and by digest', async () => {
  const { ecr, put } = await startEcr();
  const digest = (await put(manifest(90), 'one')).image?.imageId?.imageDigest ?? '';
  await put(manifest(90), 'two');
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'two' }] }));
  expect(imageDetails).toMatchObject([{ imageDigest: digest, imageTags: ['one', 'two'], imageSizeInBytes: 100 }]);
  const got = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: 'one' }, { imageTag: 'absent' }] }));
  expect(got.images?.[0]?.imageManifest).toBe(manifest(90));
  expect(got.failures).toMatchObject([{ failureCode: 'ImageNotFound' }]);
  await expect(ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'x' }] }))).rejects.toMatchObject({
    name: 'ImageNotFoundException',
  });
  const layers = await ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [digestOf('b'), digestOf('c')] }));
  expect(layers.layers?.map(({ layerAvailability }) => layerAvailability)).toEqual(['AVAILABLE', 'UNAVAILABLE']);
  await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageTag: 'one' }] }));
  expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toEqual([{ imageDigest: digest, imageTag: 'two' }]);
  await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }));
  expect((await ecr.send(new ListImagesCommand({ repositoryName }))).imageIds).toEqual([]);
});

it('keeps immutable tags where they are, and children of an index in place', async () => {
  const { ecr, put } = await startEcr({}, 'IMMUTABLE');
  const child = (await put(manifest(1), 'one')).image?.imageId?.imageDigest ?? '';
  await expect(put(manifest(2), 'one')).rejects.toMatchObject({ name: 'ImageTagAlreadyExistsException' });
  await expect(put(manifest(1), 'one')).rejects.toMatchObject({ name: 'ImageAlreadyExistsException' });
  const index = (digest: string) =>
    JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [{ mediaType: MANIFEST_TYPE, digest, size: 1 }] });
  await expect(put(index(digestOf('f')), 'all')).rejects.toMatchObject({ name: 'ReferencedImagesNotFoundException' });
  await put(index(child), 'all');
  const { failures } = await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: child }] }));
  expect(failures).toMatchObject([{ failureCode: 'ImageReferencedByManifestList' }]);
});

it('shows what the registry behind it holds', async () => {
  const asked: (string | undefined)[] = [];
  const registry = createServer((request, reply) => {
    asked.push(request.headers.authorization);
    reply.setHeader('content-type', request.url?.includes('/manifests/') ? MANIFEST_TYPE : 'application/json');
    reply.end(request.url === '/v2/team/web/tags/list' ? JSON.stringify({ name: repositoryName, tags: ['one'] }) : manifest(5));
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void registry.close());
  const proxyEndpoint = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
  const { ecr } = await startEcr({ ecr: { proxyEndpoint, password: 'secret' } });
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
  expect(imageDetails).toMatchObject([{ imageTags: ['one'], imageSizeInBytes: 15, imageManifestMediaType: MANIFEST_TYPE }]);
  expect(new Set(asked)).toEqual(new Set([`Basic ${Buffer.from('AWS:secret').toString('base64')}`]));
});
