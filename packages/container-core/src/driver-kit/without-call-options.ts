/** Options of a call without those that the kit has dealt with already. */
export type WithoutCallOptions<Options> = Omit<Options, 'signal' | 'timeoutMs' | 'stallTimeoutMs'>;
