/**
 * Runs a container to its end and shows what it wrote.
 *
 *     node examples/dist/hello.js
 *     CLOUD_CONTAINER_URL=docker: node examples/dist/hello.js
 */
import { run } from '@cloud/container-core';
import { providers, url } from '../providers.js';

await using driver = await providers.connect(url);

const { stdout, exitCode } = await run(driver, { image: 'busybox', command: ['echo', 'hello from a container'] });

console.log(`${driver.provider}: ${stdout.trim()} (exit code ${exitCode})`);
process.exitCode = exitCode ?? 1;
