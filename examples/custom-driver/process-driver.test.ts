import { containerDriverConformance, shellPrograms } from '@cloud/container-core/testing';
import { describe, expect, it } from 'vitest';
import { processDriver } from './process-driver.js';

containerDriverConformance({
  describe,
  it,
  expect,
  name: 'examples/custom-driver',
  capabilities: processDriver.capabilities,
  createDriver: () => processDriver.connect({}),
  images: shellPrograms('host'),
});
