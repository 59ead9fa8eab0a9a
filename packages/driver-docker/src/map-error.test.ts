import { expect, it } from 'vitest';
import { codeOfStatus } from './map-error.js';

const folder = `/var/lib/docker/containers/${'0a'.repeat(32)}`;

it.each([
  `open ${folder}/${'0a'.repeat(32)}-json.log: no such file or directory`,
  `Error grabbing logs: open ${folder}/local-logs/container.log: no such file or directory`,
])('reports not-found when the log of a container was removed: %s', (reason) => {
  expect(codeOfStatus(500, reason)).toBe('not-found');
});

// Taken for gone, such a container would stay behind.
it.each([
  `error mounting "${folder}/hostname" to rootfs at "/etc/hostname": no such file or directory`,
  `container ${'0a'.repeat(32)}: unlinkat ${folder}/mounts/shm: no such file or directory`,
  `open ${folder}/config.v2.json: no such file or directory`,
])('never reports not-found when another file of a container is missing: %s', (reason) => {
  expect(codeOfStatus(500, reason)).not.toBe('not-found');
});
