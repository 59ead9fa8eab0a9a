import { invalidParameter } from '../wire/service-error.js';
import type { LogGroup, LogStore } from './log-store.js';

/** The group that a request names by name, or by identifier (its name or its ARN without `:*`), never by both. */
export function groupOf(logs: LogStore, input: { readonly logGroupName?: string; readonly logGroupIdentifier?: string }): LogGroup {
  const { logGroupName, logGroupIdentifier } = input;
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw invalidParameter('Exactly one of logGroupName and logGroupIdentifier must be given.');
  }
  return logs.requireGroup(logGroupName ?? logGroupIdentifier?.replace(/^arn:aws:logs:[^:]*:\d*:log-group:/, '') ?? '');
}
