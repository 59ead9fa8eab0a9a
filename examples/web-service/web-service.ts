/**
 * Deploys a web server with a health check, waits until it is healthy, asks it something and takes it away.
 *
 *     node examples/dist/web-service.js
 *     CLOUD_CONTAINER_URL=docker: node examples/dist/web-service.js
 */
import type { ContainerDriver, DeployOptions } from '@cloud/container-core';
import { providers, url } from '../providers.js';

/** What serves: in memory a JavaScript program, elsewhere busybox. Everything else is the same. */
function webServer({ provider }: ContainerDriver): Pick<DeployOptions, 'image' | 'command' | 'healthCheck'> {
  if (provider === 'memory') return { image: 'memory/http-echo', healthCheck: { command: ['true'], intervalSeconds: 1 } };
  const answer = 'HTTP/1.0 200 OK\\r\\nContent-Length: 6\\r\\n\\r\\nhello\\n';
  return {
    image: 'busybox',
    command: ['sh', '-c', `while true; do printf '${answer}' | nc -l -p 8080; done`],
    healthCheck: { command: ['sh', '-c', 'pidof nc'], intervalSeconds: 1 },
  };
}

await using driver = await providers.connect(url);

// No host port and no address: the provider chooses a port on loopback, open to nobody else.
const container = await driver.deployContainer({
  ...webServer(driver),
  ports: [{ containerPort: 8080 }],
  labels: { example: 'web-service' },
});
try {
  const healthy = await driver.waitForContainer(container, { until: 'healthy', timeoutMs: 60_000 });
  const endpoint = healthy.endpoints.find(({ containerPort }) => containerPort === 8080);
  if (endpoint === undefined) throw new Error('It has no address.');
  // Where the engine is not on this machine, its port is not either: CLOUD_CONTAINER_HOST says where to reach it.
  const host = process.env['CLOUD_CONTAINER_HOST'] ?? endpoint.host;
  const answer = await fetch(`http://${host}:${endpoint.port}/hello`);
  console.log(`${healthy.name} on ${healthy.provider} is ${healthy.health} and answers ${answer.status}: ${(await answer.text()).trim()}`);
} finally {
  await driver.destroyContainer(container);
}
