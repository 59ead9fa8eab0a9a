export interface RegistryAccount {
  readonly username: string;
  readonly password: string;
}

/** May do everything, also list the catalog. Odd characters on purpose: clients must encode them. */
export const fullAccount: RegistryAccount = { username: 'full', password: 'p:ä ss+w%rd' };

/** May only pull; known in token mode, as htpasswd has no permissions. */
export const pullOnlyAccount: RegistryAccount = { username: 'reader', password: 'read-only' };

/** As ECR's tokens name their user; known in htpasswd mode, so that a real registry can stand behind a fake of ECR. */
export const ecrAccount: RegistryAccount = { username: 'AWS', password: 'twelve-hours-of-ecr' };
