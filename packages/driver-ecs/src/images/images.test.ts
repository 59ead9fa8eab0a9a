import type { ImageProgress } from '@cloud/container-core';
import { RegistryClient } from '@cloud/docker-utils';
import { ecrAccount, registryEngine, skopeoEngine } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { startConnection } from '../test-support/connection.js';
import { failureOf } from '../test-support/failure-of.js';
import { pushImage, pushIndex } from '../test-support/push-image.js';

const source = await registryEngine();
/** Stands behind the fake's ECR: a real registry that knows the user AWS. */
const target = await registryEngine({ auth: 'htpasswd' });
const skopeo = await skopeoEngine();
afterAll(source.stop);
afterAll(target.stop);

const connection = () => startConnection({ ecr: { proxyEndpoint: target.get().origin, password: ecrAccount.password } });

describe.skipIf(!source.available || !target.available)('images in ECR', () => {
  it('mirrors an image of several platforms, with the same digest, and copies nothing twice', async () => {
    const { fake, driver } = await connection();
    const from = new RegistryClient(source.get().host, { credentials: {} });
    const digest = await pushIndex(from, 'team/app', '1.0', ['amd64', 'arm64']);
    const progress: ImageProgress[] = [];

    const image = await driver.installImage(`${source.get().host}/team/app:1.0`, { onProgress: (step) => progress.push(step) });
    const repository = `${source.get().host.replace(':', '-')}/team/app`;
    expect(image).toMatchObject({ reference: `${target.get().host}/${repository}:1.0`, digest, tag: '1.0', provider: 'ecs' });
    expect(progress.at(-1)?.status).toBe('done');
    expect(fake.calls.count('CreateRepository')).toBe(1);

    const again = await driver.installImage(`${source.get().host}/team/app:1.0`);
    expect(again.digest).toBe(digest);
    expect((await driver.getImage(`${source.get().host}/team/app:1.0`)).reference).toBe(image.reference);
    if (skopeo.available) {
      const { stdout, code } = await skopeo
        .get()
        .run(
          'inspect',
          '--tls-verify=false',
          '--creds',
          `${ecrAccount.username}:${ecrAccount.password}`,
          '--format',
          '{{.Digest}}',
          `docker://${image.reference}`,
        );
      expect({ code, digest: stdout.trim() }).toEqual({ code: 0, digest });
    }
    await from.close();
  });

  it('mirrors one platform into a repository and tag of one’s own, inside a deploy as well', async () => {
    const { driver } = await connection();
    const from = new RegistryClient(source.get().host, { credentials: {} });
    await pushIndex(from, 'team/app', '2.0', ['amd64', 'arm64']);
    const reference = `${source.get().host}/team/app:2.0`;
    const image = await driver.installImage(reference, { platform: 'linux/arm64', repository: 'own/app', tag: 'arm' });
    expect(image.reference).toBe(`${target.get().host}/own/app:arm`);

    const container = await driver.deployContainer({
      image: reference,
      providerOptions: { ecs: { mirror: true } },
    });
    expect(container.image.reference.startsWith(`${target.get().host}/`)).toBe(true);

    const running = await failureOf(driver.removeImage(container.image));
    expect(running).toMatchObject({ code: 'conflict' });
    await driver.removeImage(image);
    expect(await failureOf(driver.getImage(image))).toMatchObject({ code: 'not-found' });
    await driver.removeImage(image);
    await from.close();
  });

  it('mirrors one platform for a deploy beside all of them, not in their place', async () => {
    const { driver } = await connection();
    const from = new RegistryClient(source.get().host, { credentials: {} });
    const digest = await pushIndex(from, 'team/app', '3.0', ['amd64', 'arm64']);
    const reference = `${source.get().host}/team/app:3.0`;
    const whole = await driver.installImage(reference);
    const { image } = await driver.deployContainer({
      image: reference,
      platform: 'linux/arm64',
      providerOptions: { ecs: { mirror: true } },
    });
    expect(image.reference).toBe(`${whole.reference}-linux-arm64`);
    expect((await driver.getImage(reference)).digest).toBe(digest);
    expect((await driver.getImage(image)).digest).toBe((await from.getManifest('team/app', '3.0', { platform: 'linux/arm64' })).digest);
    await from.close();
  });

  it('copies an image of ECR within it when another name is asked for, and has one platform of it by its digest', async () => {
    const { fake, driver } = await connection();
    fake.ecr.createRepository('team/base');
    const client = await driver.getRegistryClient('team/base');
    const digest = await pushIndex(client, 'team/base', '1', ['amd64', 'arm64']);
    const path = `${target.get().host}/team/base:1`;
    expect(await driver.installImage(path)).toMatchObject({ reference: path, digest });
    expect(await driver.installImage(path, { repository: 'team/app', tag: 'base' })).toMatchObject({
      reference: `${target.get().host}/team/app:base`,
      digest,
    });
    const arm = await driver.installImage(path, { platform: 'linux/arm64' });
    expect(arm.reference).toBe(`${target.get().host}/team/base@${arm.digest}`);
    expect(arm.digest).toBe((await client.getManifest('team/base', '1', { platform: 'linux/arm64' })).digest);
    expect((await driver.getImage(path)).digest).toBe(digest);
    const own = { image: path, platform: 'linux/arm64', providerOptions: { ecs: { mirror: true } } };
    expect((await driver.deployContainer(own)).image.reference).toBe(path);
    await client.close();
  });

  it('removes no image of which a container runs another name', async () => {
    const { fake, driver } = await connection();
    fake.ecr.createRepository('team/used');
    const client = await driver.getRegistryClient('team/used');
    const digest = await pushImage(client, 'team/used', 'one', 'content');
    await pushImage(client, 'team/used', 'two', 'content');
    const repository = `${target.get().host}/team/used`;
    const container = await driver.deployContainer({ image: `${repository}:one` });
    await driver.waitForContainer(container, { until: 'running' });
    for (const name of [':one', `@${digest}`]) {
      expect(await failureOf(driver.removeImage(`${repository}${name}`))).toMatchObject({ code: 'conflict' });
    }
    // The container's own tag stays.
    await driver.removeImage(`${repository}:two`);
    expect((await driver.getImage(`${repository}:one`)).digest).toBe(digest);
    await client.close();
  });

  it('says image-pull for what the source does not have, and makes no repository for it', async () => {
    const { fake, driver } = await connection();
    const error = await failureOf(driver.installImage(`${source.get().host}/no/such:image`));
    expect(error).toMatchObject({ code: 'image-pull' });
    expect(fake.calls.count('CreateRepository')).toBe(0);
  });

  it('gives clients of the registry that renew their token, and lists tagged and untagged images', async () => {
    const { fake, driver } = await connection();
    expect(await failureOf(driver.getRegistryClient('my-image'))).toMatchObject({ code: 'not-found' });
    fake.ecr.createRepository('my-image');
    // Each token is as good as over when it is given out.
    fake.ecr.knobs.tokenLifetimeMs = 1000;
    const client = await driver.getRegistryClient('my-image');
    const digest = await pushImage(client, 'my-image', '14.04', 'first');
    await pushImage(client, 'my-image', '14.04', 'second');
    expect((await client.listImages('my-image')).map(({ reference }) => reference)).toEqual([`${target.get().host}/my-image:14.04`]);
    expect(fake.calls.count('GetAuthorizationToken')).toBeGreaterThan(1);

    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${'0'.repeat(64)}`, size: 2 };
    const untagged = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [] });
    fake.ecr.addImage(fake.ecr.requireRepository('my-image'), untagged, undefined, mediaType);
    const listed = await driver.listImages({ repository: 'my-image' });
    expect(listed.filter(({ tag: version }) => version === '14.04').length).toBe(1);
    expect(listed.some(({ reference: path, tag: version }) => version === undefined && path.includes('@sha256:'))).toBe(true);
    expect((await driver.listImages()).length).toBe(listed.length);

    const image = await client.getImage('my-image', '14.04');
    const container = await driver.deployContainer({ name: 'my-simple-app', image });
    expect(container.image.reference).toBe(image.reference);
    expect(digest).toMatch(/^sha256:/);
    expect(await driver.getRepositoryId('my-image')).toBe(fake.accountId);
    expect(await driver.getRepositoryToken()).toMatchObject({ ...ecrAccount, endpoint: target.get().origin });
    await client.close();
  });
});
