import { type CallOptions, type Container, type ContainerDriver, ContainerError, type DeployOptions, rawOf } from '@cloud/container-core';
import type { Recipe } from '../session/recipes.js';

/**
 * What a container was deployed with, the values of its environment variables included: those are not kept but read from the container
 * where the provider reports them. With `replaced` they are not needed: the command line has an environment of its own.
 */
export async function rememberedOptions(
  recipe: Recipe,
  container: Container,
  source: ContainerDriver,
  options: CallOptions & { readonly replaced: boolean },
): Promise<DeployOptions> {
  const { envNames = [], endpoint: _endpoint, ...deployOptions } = recipe;
  const { replaced, ...callOptions } = options;
  if (envNames.length === 0 || replaced) return deployOptions;
  const reported = reportedEnvironment(rawOf(await source.getContainer(container, callOptions)));
  const missing = envNames.filter((name) => !reported.has(name));
  if (missing.length > 0) {
    throw new ContainerError(
      'precondition-failed',
      `swap: the values of the environment variables ${missing.join(', ')} of ${container.name} are not kept here, and ${source.provider} does not report them. ` +
        `Give all of them again: ${envNames.map((name) => `--env ${name}=VALUE`).join(' ')}.`,
      { provider: source.provider, operation: 'swap' },
    );
  }
  return { ...deployOptions, env: Object.fromEntries(envNames.map((name) => [name, reported.get(name) ?? ''])) };
}

/** The variables in the description of a Docker or Podman engine (`Config.Env`); other providers have none there. */
function reportedEnvironment(raw: unknown): ReadonlyMap<string, string> {
  const list = (raw as { readonly Config?: { readonly Env?: unknown } } | undefined)?.Config?.Env;
  const pairs = Array.isArray(list) ? list.filter((pair) => typeof pair === 'string' && pair.includes('=')) : [];
  return new Map(pairs.map((pair: string) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
