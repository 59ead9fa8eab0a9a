import { type Container, type ContainerState, imageFromReference } from '@cloud/container-core';
import { visibleLabels, withRaw } from '@cloud/container-core/driver-kit';
import type { AcmeTask } from './acme-api.js';

const STATES: Readonly<Record<string, ContainerState>> = { CREATED: 'created', STARTING: 'pending', ACTIVE: 'running', STOPPED: 'stopped' };

/** A task as a container. A status that this version does not know is `unknown`. */
export function toContainer(task: AcmeTask): Container {
  const { id, name, image, labels, status, createdAt } = task;
  const state = STATES[status] ?? 'unknown';
  return withRaw(
    {
      id,
      name,
      image: imageFromReference(image, { provider: 'acme' }),
      state,
      provider: 'acme',
      ipAddresses: [],
      endpoints: [],
      labels: visibleLabels(labels),
      createdAt: new Date(createdAt),
      // An exit code that the provider does not report is absent, never 0.
      ...(state === 'stopped' ? { exit: {} } : {}),
    },
    task,
  );
}
