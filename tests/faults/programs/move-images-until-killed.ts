import { readFile, writeFile } from 'node:fs/promises';
import { dockerDriver } from '@cloud/driver-docker';

// A program that loads, pushes and saves an image again and again until it is killed.
const [host = '', archive = '', target = '', saved = ''] = (process.env['FAULTS_IMAGES'] ?? '').split(' ');
const driver = await dockerDriver.connect({ host });
const bytes = await readFile(archive);
async function* pieces() {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
console.log('ready');
for (;;) {
  const [loaded = ''] = await driver.loadImages(pieces());
  await driver.tagImage(loaded, target);
  await driver.pushImage(target);
  await writeFile(saved, driver.saveImages(target));
  await driver.removeImage(target);
}
