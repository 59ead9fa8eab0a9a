import type { DeployOptions } from '../../types/deploy-options.js';

/** Marks deploy options whose container gets an open stdin; no option of the contract, since only `run()` can use it. */
const OPEN_STDIN = Symbol.for('@cloud/container-core/openStdin');

/** Deploy options of a container that `startAttached` is to start. */
export function openingStdin<Options extends DeployOptions>(options: Options): Options {
  return { ...options, [OPEN_STDIN]: true };
}

/** What these options add to the deploy request. */
export function openStdinOf(options: object): { readonly openStdin?: true } {
  return (options as { readonly [OPEN_STDIN]?: true })[OPEN_STDIN] === true ? { openStdin: true } : {};
}
