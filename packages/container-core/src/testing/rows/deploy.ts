import { imageFromReference, referenceOf } from '../../reference/image-from-reference.js';
import { rawOf } from '../../types/container.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram, printProgram } from '../program.js';
import type { Row } from '../row.js';
import { pause, rejection } from '../row-context.js';

/** Rows about deploying and what comes back. */
export function deployRows({ capabilities }: ConformanceOptions): readonly Row[] {
  return [
    {
      id: 'deploy.result',
      promise: 'deploy returns the container as plain data: id, name, image, state, labels',
      run: async (row) => {
        const options = row.deployOptions(idleProgram());
        const container = row.track(await row.driver.deployContainer(options));
        row.expect(container.id).toMatch(/\S/);
        row.expect(container.name).toBe(options.name);
        row.expect(container.provider).toBe(row.driver.provider);
        row.expect(container.image.reference).toBe(referenceOf(options.image).canonical);
        row.expect(['pending', 'running']).toContain(container.state);
        row.expect(container.labels).toEqual(options.labels ?? {});
        row.expect(container.createdAt === undefined || container.createdAt instanceof Date).toBe(true);
        row.expect(container.exit?.code).toBe(undefined);
      },
    },
    {
      id: 'deploy.raw',
      promise: "the provider's own object is in `raw`, out of sight of JSON and spreading",
      run: async (row) => {
        const container = await row.deploy(idleProgram());
        row.expect(rawOf(container) === undefined).toBe(false);
        row.expect(Object.keys({ ...container }).includes('raw')).toBe(false);
        row.expect(JSON.stringify(container).includes('"raw"')).toBe(false);
      },
    },
    {
      id: 'deploy.generated-name',
      promise: 'a container deployed without a name gets one of the portable grammar, each its own',
      run: async (row) => {
        const deploy = async () => {
          const { name: _name, ...options } = row.deployOptions(idleProgram());
          return row.track(await row.driver.deployContainer(options));
        };
        const [first, second] = await Promise.all([deploy(), deploy()]);
        row.expect(first?.name ?? '').toMatch(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/);
        row.expect(first?.name === second?.name).toBe(false);
      },
    },
    {
      id: 'deploy.names',
      promise: 'a name of one character is refused, one of 63 is kept',
      run: async (row) => {
        const error = await row.failure(row.driver.deployContainer(row.deployOptions(idleProgram(), { name: 'a' })), 'invalid-argument');
        row.expect(error.message.includes('name')).toBe(true);
        const name = row.uniqueName().padEnd(63, '0');
        row.expect((await row.deploy(idleProgram(), { name })).name).toBe(name);
      },
    },
    {
      id: 'deploy.image-object',
      promise: 'an Image is as good as its reference',
      run: async (row) => {
        const { image, ...options } = row.deployOptions(printProgram('from an image\n'));
        const found = imageFromReference(String(image), { labels: { maintainer: 'somebody' }, provider: 'somewhere-else' });
        const container = row.track(await row.driver.deployContainer({ ...options, image: found }));
        await row.driver.waitForContainer(container, { until: 'stopped' });
        row.expect(await row.lines(container)).toEqual(['from an image']);
      },
    },
    {
      id: 'deploy.foreign-provider-options',
      promise: "providerOptions of another provider are ignored, an unknown key of one's own is refused",
      run: async (row) => {
        // Data that the types of providerOptions would refuse.
        const own: object = { [row.driver.provider]: { 'no-such-option': true } };
        const others: object = { 'another-provider': { anything: ['goes'] } };
        const error = await row.failure(
          row.driver.deployContainer(row.deployOptions(idleProgram(), { providerOptions: own })),
          'invalid-argument',
        );
        row.expect(error.message).toMatch(/no-such-option/);
        await row.deploy(idleProgram(), { providerOptions: others });
      },
    },
    {
      id: 'deploy.missing-image',
      promise: 'an image that can not be had is told as image-pull, at the deploy or at the wait; nothing is left',
      run: async (row) => {
        await assertPullFails(row.missingImage);

        async function assertPullFails(image: string) {
          const { name } = row.deployOptions([]);
          const deploying = row.driver.deployContainer({ ...row.deployOptions([]), image, name }).then(async (container) => {
            row.track(container);
            await row.driver.waitForContainer(container, { until: 'running' });
          });
          const error = await row.failure(deploying, 'image-pull');
          row.expect(error.message.includes('no-such-image') || error.message.includes(image)).toBe(true);
        }
      },
    },
    {
      id: 'deploy.missing-command',
      promise: 'a command that is not there is told, at the deploy, at the wait or as exit code 127; nothing is left when deploy throws',
      run: async (row) => {
        const options = { ...row.deployOptions([]), command: ['/no/such/program'] };
        let deployed = false;
        const deploying = row.driver.deployContainer(options).then((container) => {
          deployed = true;
          row.track(container);
          return row.driver.waitForContainer(container, { until: 'stopped' });
        });
        const outcome = await deploying.catch((error: unknown) => row.failure(Promise.reject(error), 'deployment-failed'));
        if ('exit' in outcome) row.expect([126, 127]).toContain(outcome.exit?.code);
        if (!deployed) row.expect(await row.listed()).toEqual([]);
      },
    },
    capabilities.startLater
      ? {
          id: 'deploy.start-later',
          promise: 'start: false makes a container that is `created`, never running, until it is started',
          run: async (row) => {
            const container = await row.deploy(printProgram('started\n', 3), { start: false });
            row.expect(container.state).toBe('created');
            row.expect((await row.driver.getContainer(container)).state).toBe('created');
            row.expect(container.startedAt).toBe(undefined);
            row.expect((await row.driver.getContainer(container)).exit?.code).toBe(undefined);
            row.expect(await row.entries(container)).toEqual([]);
            const started = row.track(await row.driver.startContainer(container));
            const ended = await row.driver.waitForContainer(started, { until: 'stopped' });
            row.expect(ended.exit?.code).toBe(3);
            row.expect(await row.lines(started)).toEqual(['started']);
          },
        }
      : {
          id: 'deploy.start-later-refused',
          promise: 'start: false is unsupported, with no side effect',
          run: async (row) => {
            const error = await row.failure(row.driver.deployContainer(row.deployOptions(idleProgram(), { start: false })), 'unsupported');
            row.expect(error.message).toMatch(/start/);
            row.expect(await row.listed()).toEqual([]);
          },
        },
    ...(capabilities.imageIds ? (capabilities.groups.includes('images') ? [imageIdRow] : []) : [imageIdRefusedRow]),
    {
      id: 'deploy.reserved-labels',
      promise: 'the reserved label prefix is refused from users and hidden from them',
      run: async (row) => {
        if (row.capabilities.deploy.labels.support === 'unsupported') return;
        await row.failure(
          row.driver.deployContainer(row.deployOptions(idleProgram(), { labels: { 'cloud.container.managed': 'mine' } })),
          'invalid-argument',
        );
        const container = await row.deploy(
          idleProgram(),
          row.capabilities.deploy.idempotencyKey.support === 'unsupported' ? {} : { idempotencyKey: row.uniqueName() },
        );
        const seen = [container, await row.driver.getContainer(container), ...(await row.listed())];
        const reserved = seen.flatMap(({ labels }) => Object.keys(labels)).filter((key) => key.startsWith('cloud.container.'));
        row.expect(reserved).toEqual([]);
      },
    },
    {
      id: 'deploy.state-words',
      promise: 'a container goes only through the states of the contract, never back to before it ran',
      run: async (row) => {
        const container = await row.deploy([
          { do: 'sleep', milliseconds: 300 },
          { do: 'exit', code: 0 },
        ]);
        const order = ['created', 'pending', 'running', 'stopping', 'stopped'];
        const seen = [container.state];
        while (seen.at(-1) !== 'stopped') {
          seen.push((await row.driver.getContainer(container)).state);
          // A driver may answer without ever giving timers a turn.
          await pause(0);
        }
        const ranks = seen.map((state) => order.indexOf(state));
        row.expect(ranks.includes(-1)).toBe(false);
        row.expect(ranks).toEqual([...ranks].sort((left, right) => left - right));
        row.expect((await rejection(row.driver.listContainers({ states: ['no-such-state' as 'running'] }))) === undefined).toBe(false);
      },
    },
  ];
}

const imageIdRow: Row = {
  id: 'deploy.image-id',
  promise: 'an image is deployed by its id',
  run: async (row) => {
    // Where the provider gets images by itself it has this one now.
    const { image } = await row.runToEnd([]);
    const { id } = await row.driver.getImage(image);
    if (id === undefined) throw new Error('The image must have an id.');
    row.expect(await row.linesOf(printProgram('by its id\n'), { image: id })).toEqual(['by its id']);
  },
};

const imageIdRefusedRow: Row = {
  id: 'deploy.image-id-refused',
  promise: 'an image id is unsupported, with no side effect',
  run: async (row) => {
    const options = row.deployOptions(idleProgram(), { image: `sha256:${'ab'.repeat(32)}` });
    const error = await row.failure(row.driver.deployContainer(options), 'unsupported');
    row.expect(error.message).toMatch(/image/);
    row.expect(await row.listed()).toEqual([]);
  },
};
