import { rm } from 'node:fs/promises';
import { RegistryClient } from '@cloud/docker-utils';

// A program that pulls an image into the same layout again and again until it is killed.
const [registry = '', layout = ''] = (process.env['FAULTS_PULL'] ?? '').split(' ');
const client = new RegistryClient(registry, { credentials: {} });
console.log('ready');
for (;;) {
  await client.pullImage('team/app', '1', { layout });
  await rm(layout, { recursive: true });
}
