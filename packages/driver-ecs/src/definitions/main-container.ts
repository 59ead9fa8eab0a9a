import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';

type Containers = Pick<TaskDefinition, 'containerDefinitions'>;

/** The container that stands for a definition: its first essential one. Sidecars and init containers are often first, and not essential. */
export function mainContainer({ containerDefinitions = [] }: Containers): ContainerDefinition | undefined {
  return containerDefinitions.find(({ essential }) => essential !== false) ?? containerDefinitions[0];
}

/** The containers of a definition with something else in its main one. */
export function withMainContainer(definition: Containers, changes: Partial<ContainerDefinition>): ContainerDefinition[] {
  const main = mainContainer(definition);
  return (definition.containerDefinitions ?? []).map((each) => (each === main ? { ...each, ...changes } : each));
}
