import type { Access } from './token-signer.js';

/** Who asks: an account that may do everything, one that may only pull, or nobody. */
export type Role = 'full' | 'pull-only' | 'anonymous';

/**
 * What of the asked scopes is granted, as a real token server does: less than asked for is no error; the registry refuses later.
 * `repository:team/app:pull,push` and `registry:catalog:*` are understood; the name may contain colons (a port).
 */
export function grantedAccess(scopes: readonly string[], role: Role, anonymousPull: boolean): Access[] {
  return scopes.flatMap((scope) => {
    const [, type, name, actions] = /^([^:]+):(.+):([^:]*)$/.exec(scope) ?? [];
    if (type === undefined || name === undefined || actions === undefined) return [];
    const granted = actions.split(',').filter((action) => mayDo(role, type, action, anonymousPull));
    return granted.length === 0 ? [] : [{ type, name, actions: granted }];
  });
}

function mayDo(role: Role, type: string, action: string, anonymousPull: boolean): boolean {
  if (role === 'full') return true;
  return type === 'repository' && action === 'pull' && (role === 'pull-only' || anonymousPull);
}
