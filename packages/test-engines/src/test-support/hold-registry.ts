import { dirname } from 'node:path';
import { startRegistry } from '../registry/registry.js';

// A test process that waits to be killed: it holds a registry and prints its directory.
const { storagePath } = await startRegistry();
console.log(dirname(storagePath));
setInterval(() => {}, 60_000);
