import type { Program } from '@cloud/driver-memory';
import { memoryDriver } from '@cloud/driver-memory';
import { describe, expect, it } from 'vitest';
import { makeThumbnail } from './thumbnails.js';

/** Stands in for the image: a few lines of JavaScript, with real output and exit codes. */
const thumbnailer: Program = ({ args: [picture = ''], stdout, stderr }) => {
  if (picture.endsWith('.png')) {
    stdout.write(`small-${picture}\n`);
    return 0;
  }
  stderr.write(`${picture} is no picture\n`);
  return 2;
};
const images = { 'example/thumbnailer': thumbnailer };

describe('makeThumbnail', () => {
  it('gives the name of the thumbnail and leaves no container', async () => {
    await using driver = await memoryDriver.connect({ images });
    expect(await makeThumbnail(driver, 'cat.png')).toBe('small-cat.png');
    expect(await driver.listContainers()).toEqual([]);
  });

  it('tells why there is none', async () => {
    await using driver = await memoryDriver.connect({ images });
    await expect(makeThumbnail(driver, 'cat.txt')).rejects.toThrow('cat.txt is no picture');
  });

  it('makes do when the provider is full', async () => {
    await using driver = await memoryDriver.connect({ images, failures: [{ operation: 'deployContainer', code: 'capacity' }] });
    expect(await makeThumbnail(driver, 'cat.png')).toBe('placeholder.png');
  });
});
