import type { ImageProgress } from '@cloud/container-core';
import { Keychain } from '@cloud/docker-utils';
import { dockerEngine, registryEngine, startRegistry } from '@cloud/test-engines';
import { afterAll, describe, expect, it } from 'vitest';
import { dockerDriver } from '../factory.js';

const docker = await dockerEngine();
const registries = await registryEngine();
afterAll(async () => {
  await docker.stop();
  await registries.stop();
});

describe.skipIf(!docker.available || !registries.available)('a registry with a password', () => {
  it('takes an image and gives it back, with credentials of the keychain; then it is deployed', async () => {
    const engine = docker.get();
    await using registry = await startRegistry({ auth: 'htpasswd', listenAddress: engine.hostAddress });
    const { credentials } = registry;
    if (credentials === undefined) throw new Error('the registry asks for no password');
    const keychain = new Keychain({ credentials: { [registry.host]: credentials }, configDirectory: '/nonexistent' });
    const options = dockerDriver.optionsFromUrl(new URL(engine.url));
    await using driver = await dockerDriver.connect({ ...options, keychain });
    const name = `${registry.host}/team/app:1`;

    await driver.tagImage('busybox:latest', name);
    const progress: ImageProgress[] = [];
    const pushed = await driver.pushImage(name, { onProgress: (step) => progress.push(step) });
    expect(pushed).toMatchObject({ reference: name, digest: expect.stringMatching(/^sha256:/) });
    expect(progress.map(({ status }) => status)).toContain('done');
    await driver.removeImage(name);
    await driver.removeImage(name);

    await using anonymous = await dockerDriver.connect({ ...options, keychain: new Keychain({ configDirectory: '/nonexistent' }) });
    const refused = await anonymous.installImage(name).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'image-pull' });
    const wrong = await anonymous
      .installImage(name, { credentials: { username: 'me', password: 'canary-3141' } })
      .catch((error: unknown) => error);
    expect(wrong).toMatchObject({ code: 'image-pull' });
    expect(String((wrong as Error).stack)).not.toContain('canary-3141');

    const steps: ImageProgress[] = [];
    const installed = await driver.installImage(name, { onProgress: (step) => steps.push(step) });
    expect(installed).toMatchObject({ reference: name, digest: pushed.digest, id: expect.stringMatching(/^sha256:/) });
    expect(steps.at(-1)).toEqual({ status: 'done' });
    const byDigest = `${registry.host}/team/app@${installed.digest}`;
    expect((await driver.installImage(byDigest)).reference).toBe(byDigest);

    const container = await driver.deployContainer({ image: installed, command: ['sh', '-c', 'echo one; echo two'], pullPolicy: 'always' });
    const lines: string[] = [];
    for await (const { message } of driver.getContainerLogs(container, { follow: true })) lines.push(message);
    expect(lines).toEqual(['one', 'two']);
    await driver.destroyContainer(container);
    await driver.removeImage(name);
    const deployed = await driver.deployContainer({ image: name, command: ['true'] });
    expect(deployed.image.reference).toBe(name);
    await driver.destroyContainer(deployed);
  });

  it('that is not there, or has no such image, is image-pull with the reason', async () => {
    await using registry = await startRegistry({ listenAddress: docker.get().hostAddress });
    await using driver = await dockerDriver.connect(dockerDriver.optionsFromUrl(new URL(docker.get().url)));
    await expect(driver.installImage(`${registry.host}/no/such:1`)).rejects.toMatchObject({ code: 'image-pull' });
    const { host } = registry;
    await registry.stop();
    await expect(driver.installImage(`${host}/no/such:1`)).rejects.toMatchObject({
      code: 'image-pull',
      message: expect.stringMatching(/refused|connect/),
    });
  });
});
