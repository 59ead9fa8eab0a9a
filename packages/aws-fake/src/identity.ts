/** The region and the account that the fake plays. */
export interface Identity {
  readonly region: string;
  readonly accountId: string;
}
