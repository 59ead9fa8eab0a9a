import { dirname } from 'node:path';
import { startDockerEngine } from '../docker/docker-engine.js';
import { exchange } from '../shared/http.js';

// A test process that waits to be killed: it holds an engine with a running container and prints the directory.
const engine = await startDockerEngine();
await engine.loadBusybox();
const headers = { 'content-type': 'application/json' };
const body = JSON.stringify({ Image: 'busybox', Cmd: ['sleep', '1000'] });
await exchange(engine.address, { method: 'POST', path: '/containers/create?name=sleeper', headers, body });
await exchange(engine.address, { method: 'POST', path: '/containers/sleeper/start' });
console.log(dirname(engine.socketPath ?? ''));
setInterval(() => {}, 60_000);
