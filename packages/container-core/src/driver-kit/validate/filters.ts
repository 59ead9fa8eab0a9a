import { CONTAINER_STATES, type Container, type ContainerState } from '../../types/container.js';
import type { ListContainersOptions } from '../../types/driver.js';
import { labels } from './labels.js';
import { imageReference } from './names.js';
import type { Refuse } from './refusal.js';
import { list, oneOf, onlyKnownKeys, record, text } from './values.js';

/** A list's conditions as a driver gets them: checked. */
export interface ContainerFilter {
  readonly cluster?: string;
  /** Canonical reference. */
  readonly image?: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly states?: readonly ContainerState[];
}

export function containerFilter(refuse: Refuse, options: ListContainersOptions | undefined): ContainerFilter {
  if (options === undefined) return {};
  const given = record(refuse, 'options', options);
  onlyKnownKeys(refuse, '', given, ['cluster', 'image', 'name', 'labels', 'states', 'signal', 'timeoutMs']);
  const { cluster, image, name, states } = given;
  return {
    ...(cluster === undefined ? {} : { cluster: text(refuse, 'cluster', cluster, 2048) }),
    ...(image === undefined ? {} : { image: imageReference(refuse, 'image', image) }),
    ...(name === undefined ? {} : { name: text(refuse, 'name', name, 255) }),
    ...(given['labels'] === undefined ? {} : { labels: labels(refuse, 'labels', given['labels']) }),
    ...(states === undefined
      ? {}
      : { states: list(refuse, 'states', states).map((state, index) => oneOf(refuse, `states[${index}]`, state, CONTAINER_STATES)) }),
  };
}

/** Whether a container meets all conditions but `cluster`, which only the driver can judge. */
export function matchesFilter(filter: ContainerFilter, container: Container): boolean {
  if (filter.name !== undefined && container.name !== filter.name) return false;
  if (filter.image !== undefined && container.image.reference !== filter.image && container.image.id !== filter.image) return false;
  if (filter.states !== undefined && !filter.states.includes(container.state)) return false;
  if (filter.labels === undefined) return true;
  return Object.entries(filter.labels).every(([key, value]) => container.labels[key] === value);
}
