import { ContainerError } from '../errors/container-error.js';

/**
 * Returns the error for a reply that is larger than its limit: `integrity`, which is not retryable. The caller destroys the connection.
 *
 * @param source what replied, as the subject of a sentence: `The engine`
 */
export function replyTooLarge(source: string, maxBytes: number): ContainerError {
  return new ContainerError('integrity', `${source} replied with more than ${maxBytes} bytes. Check what answers at this address.`);
}
