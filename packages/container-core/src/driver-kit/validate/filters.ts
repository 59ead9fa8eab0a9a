import type { Container, ContainerState } from '../../types/container.js';

/** A list's conditions as a driver gets them: checked. */
export interface ContainerFilter {
  readonly cluster?: string;
  /** Canonical reference. */
  readonly image?: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly states?: readonly ContainerState[];
}

/** Whether a container meets all conditions but `cluster`, which only the driver can judge. */
export function matchesFilter(filter: ContainerFilter, container: Container): boolean {
  if (filter.name !== undefined && container.name !== filter.name) return false;
  if (filter.image !== undefined && container.image.reference !== filter.image && container.image.id !== filter.image) return false;
  if (filter.states !== undefined && !filter.states.includes(container.state)) return false;
  if (filter.labels === undefined) return true;
  return Object.entries(filter.labels).every(([key, value]) => container.labels[key] === value);
}
