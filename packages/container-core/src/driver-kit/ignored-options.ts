import { closestName } from '../errors/closest-name.js';
import type { DeployRequest } from './deploy-request.js';
import type { OperationContext } from './operation-context.js';

/** Reports each namespace of `providerOptions` that the driver ignores: another provider's, or a misspelled one. */
export function reportIgnoredOptions(
  provider: string,
  { ignoredNamespaces = [] }: Pick<DeployRequest, 'ignoredNamespaces'>,
  context: OperationContext,
): void {
  for (const namespace of ignoredNamespaces) {
    const hint = closestName(namespace, [provider]) === undefined ? '' : ` Did you mean providerOptions.${provider}?`;
    // A value given in place of a name is not shown.
    const shown = /^[A-Za-z][A-Za-z-]{0,39}$/.test(namespace) ? `providerOptions.${namespace}` : 'A namespace of providerOptions';
    context.debug?.('ignored', `${shown} is ignored by ${provider}.${hint}`);
  }
}
