import { hostname } from 'node:os';
import { ContainerError } from '@cloud/container-core';
import { RegistryClient } from '../index.js';

// A program that pulls one image into a layout and reports how that ended.
const [host = '', tag = '', layout = ''] = process.argv.slice(2);
const client = new RegistryClient(host, { credentials: {} });
try {
  await client.pullImage('app', tag, { layout });
  console.log(`done ${hostname()}`);
} catch (error) {
  console.log(`failed ${ContainerError.isInstance(error) ? error.code : ''} ${error}`);
}
await client.close();
