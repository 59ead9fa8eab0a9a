import { referenceOf } from '../../reference/image-from-reference.js';
import type { ImageProgress } from '../../types/image.js';
import type { ConformanceOptions } from '../conformance-options.js';
import { idleProgram } from '../program.js';
import type { Row } from '../row.js';
import { collect } from '../row-context.js';

/** Rows about the group `images`. */
export function imageRows({ capabilities, images }: ConformanceOptions): readonly Row[] {
  if (!capabilities.groups.includes('images')) return [];
  const { installable } = images;
  return [
    {
      id: 'images.in-use',
      promise: 'the image of a container can be read and is listed, and is not removed while it is in use',
      run: async (row) => {
        const container = await row.deployReady(idleProgram());
        const image = await row.driver.getImage(container.image);
        row.expect(image.reference).toBe(container.image.reference);
        row.expect((await row.driver.listImages()).some(({ reference }) => reference === image.reference)).toBe(true);
        row.expect((await collect(row.driver.listImages())).some(({ reference }) => reference === image.reference)).toBe(true);
        await row.failure(row.driver.removeImage(image), 'conflict');
        row.expect((await row.driver.getContainer(container)).state).toBe('running');
      },
    },
    {
      id: 'images.miss',
      promise: 'an image that is not there is not-found, and removing it is no error',
      run: async (row) => {
        await row.failure(row.driver.getImage('example.com/no/such-image:none'), 'not-found');
        await row.driver.removeImage('example.com/no/such-image:none');
        await row.failure(row.driver.getImage('UPPER'), 'invalid-argument');
      },
    },
    {
      id: 'images.install-miss',
      promise: 'an image that can not be had is image-pull',
      run: async (row) => {
        await row.failure(row.driver.installImage(row.missingImage), 'image-pull');
        await row.failure(row.driver.getImage(row.missingImage), 'not-found');
      },
    },
    ...(installable === undefined
      ? []
      : [
          {
            id: 'images.install',
            promise: 'an image is installed with progress, read, listed, installed again, removed, removed again',
            alone: true,
            run: async (row) => {
              const { reference, credentials } = installable;
              const progress: ImageProgress[] = [];
              const install = () =>
                row.driver.installImage(reference, {
                  onProgress: (step) => progress.push(step),
                  ...(credentials === undefined ? {} : { credentials }),
                });
              await row.driver.removeImage(reference);
              const installed = await install();
              row.expect(installed.reference).toBe(referenceOf(reference).canonical);
              row.expect(progress.at(-1)?.status).toBe('done');
              row.expect((await row.driver.getImage(installed)).id).toBe(installed.id);
              row.expect((await row.driver.listImages()).filter(({ reference }) => reference === installed.reference).length).toBe(1);
              row.expect((await install()).id).toBe(installed.id);
              await row.driver.removeImage(installed);
              await row.failure(row.driver.getImage(reference), 'not-found');
              row.expect((await row.driver.listImages()).filter(({ reference }) => reference === installed.reference)).toEqual([]);
              await row.driver.removeImage(reference);
            },
          } satisfies Row,
        ]),
  ];
}
