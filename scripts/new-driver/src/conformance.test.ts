import { containerDriverConformance, shellPrograms } from '@cloud/container-core/testing';
import { describe, expect, it } from 'vitest';
import { AcmeApi } from './acme-api.js';
import { acmeCapabilities } from './capabilities.js';
import { acmeDriver } from './factory.js';

// Each call makes a new connection, all of them to one provider: what one deploys, the others see.
const api = new AcmeApi();

containerDriverConformance({
  describe,
  it,
  expect,
  name: 'acme',
  capabilities: acmeCapabilities,
  createDriver: () => acmeDriver.connect({ api }),
  images: shellPrograms('busybox'),
});
