import { CALL_OPTIONS } from '../driver-kit/validate/call-options.js';
import { refusal } from '../driver-kit/validate/refusal.js';
import { type ChecksOf, shape } from '../driver-kit/validate/shape.js';
import { text } from '../driver-kit/validate/values.js';
import { ContainerError } from '../errors/container-error.js';
import type { CallOptions } from '../types/call-options.js';
import type { Container } from '../types/container.js';
import type { ContainerDriver } from '../types/driver.js';

/** Where to look for a container. */
export interface FindContainerOptions extends CallOptions {
  /** By default the connection's own. */
  readonly cluster?: string | undefined;
}

const findOptions = shape({
  ...CALL_OPTIONS,
  cluster: (refuse, field, value) => text(refuse, field, value, 2048),
} satisfies ChecksOf<FindContainerOptions>);

/**
 * Finds a container the way people name it: by its exact id, its name, or the beginning of its id.
 *
 * An id beats a name, a name beats a beginning. Of `POD.CONTAINER` the part after the pod will do when no container has it as its name. Where names are not unique, one that has not ended beats those that have. The beginning of
 * the last part of an id (of an ARN, say) will do; a whole id is found in other clusters, too. `not-found` when nothing fits, `conflict` (naming the candidates) when several do.
 */
export async function findContainer(
  driver: ContainerDriver,
  nameOrIdPrefix: string,
  options: FindContainerOptions = {},
): Promise<Container> {
  const checked = findOptions(refusal(driver.provider, 'findContainer'), '', options);
  const wanted = typeof nameOrIdPrefix === 'string' ? nameOrIdPrefix.trim() : '';
  if (wanted === '') throw problem('invalid-argument', driver, 'give a name, an id, or the beginning of an id');
  const named: Container[] = [];
  const siblings: Container[] = [];
  const begun: Container[] = [];
  for await (const container of driver.listContainers(checked)) {
    if (container.id === wanted) return container;
    if (container.name === wanted) named.push(container);
    else if (container.pod !== undefined && container.name.endsWith(`.${wanted}`)) siblings.push(container);
    else if (beginsWith(container.id, wanted)) begun.push(container);
  }
  const living = named.filter(({ state }) => state !== 'stopped');
  const candidates = [living, named, siblings, begun].find((group) => group.length > 0) ?? [];
  const [only, ...others] = candidates;
  if (only === undefined) return byExactId(driver, wanted, checked);
  if (others.length > 0) {
    const ids = candidates.slice(0, 5).map(({ id, name }) => `${name} (${id})`);
    throw problem(
      'conflict',
      driver,
      `${JSON.stringify(wanted)} may be any of ${candidates.length}: ${ids.join(', ')}; give more of the id`,
    );
  }
  return only;
}

/** A whole id says where the container is, also when that is no place that was looked through. */
async function byExactId(driver: ContainerDriver, wanted: string, { signal, timeoutMs }: CallOptions): Promise<Container> {
  try {
    const container = await driver.getContainer(wanted, { signal, timeoutMs });
    if (container.id === wanted) return container;
  } catch (error) {
    const isNone = ContainerError.isInstance(error) && (error.code === 'not-found' || error.code === 'invalid-argument');
    if (!isNone) throw error;
  }
  throw problem('not-found', driver, `no container has the name or id ${JSON.stringify(wanted)}`);
}

function beginsWith(id: string, wanted: string): boolean {
  return id.startsWith(wanted) || id.split(/[/:]/).some((part) => part.length >= 8 && wanted.length >= 3 && part.startsWith(wanted));
}

function problem(code: 'invalid-argument' | 'not-found' | 'conflict', driver: ContainerDriver, sentence: string): ContainerError {
  return new ContainerError(code, `findContainer: ${sentence}.`, { provider: driver.provider, operation: 'findContainer' });
}
