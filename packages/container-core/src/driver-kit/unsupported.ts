import { ContainerError } from '../errors/container-error.js';

/** The error for a call or an option that a provider does not have. */
export function unsupported(provider: string, operation: string, what = 'this call'): ContainerError {
  return new ContainerError('unsupported', `${operation}: ${provider} does not support ${what}.`, { provider, operation });
}
