import { pageOf } from '../paging.js';
import { flag, integer, listOf, mapOf, oneOf, required, shape, text } from '../wire/checks.js';
import { type OperationTable, operation } from '../wire/operation.js';
import { invalidParameter, ServiceError } from '../wire/service-error.js';
import type { LogGroup, LogStore } from './log-store.js';

const PAGE = { byDefault: 50, most: 50 };
const GROUP_NAME = /^[.\-_/#A-Za-z0-9]{1,512}$/;
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];
const groupClass = oneOf('STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY', 'ESSENTIALS');

export function logGroupOperations(logs: LogStore): OperationTable {
  const byArn = (arn: string): LogGroup => {
    const group = [...logs.groups.values()].find((candidate) => candidate.arn === arn || `${candidate.arn}:*` === arn);
    if (group === undefined) throw new ServiceError('ResourceNotFoundException', 'The specified resource does not exist.');
    return group;
  };

  return {
    CreateLogGroup: operation(
      shape({
        logGroupName: required(text),
        kmsKeyId: text,
        tags: mapOf(text),
        logGroupClass: groupClass,
        deletionProtectionEnabled: flag,
      }),
      (input) => {
        if (!GROUP_NAME.test(input.logGroupName)) throw invalidParameter('Invalid logGroupName.');
        const group = logs.createGroup(input.logGroupName);
        for (const [key, value] of Object.entries(input.tags ?? {})) group.tags.set(key, value);
        return {};
      },
    ),

    DeleteLogGroup: operation(shape({ logGroupName: required(text) }), ({ logGroupName }) => {
      logs.groups.delete(logs.requireGroup(logGroupName).name);
      return {};
    }),

    DescribeLogGroups: operation(
      shape({
        accountIdentifiers: listOf(text),
        logGroupNamePrefix: text,
        logGroupNamePattern: text,
        nextToken: text,
        limit: integer,
        includeLinkedAccounts: flag,
        logGroupClass: groupClass,
        logGroupIdentifiers: listOf(text),
      }),
      ({ logGroupNamePrefix, logGroupNamePattern, limit, nextToken }) => {
        if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined) {
          throw invalidParameter('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
        }
        const matching = [...logs.groups.values()]
          .filter(({ name }) => name.startsWith(logGroupNamePrefix ?? '') && name.includes(logGroupNamePattern ?? ''))
          .sort((a, b) => (a.name < b.name ? -1 : 1));
        const request = { ...(limit === undefined ? {} : { maxResults: limit }), ...(nextToken === undefined ? {} : { nextToken }) };
        const page = pageOf(matching, request, PAGE, ['DescribeLogGroups', logGroupNamePrefix, logGroupNamePattern]);
        return { logGroups: page.items.map(writeGroup), ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }) };
      },
    ),

    PutRetentionPolicy: operation(shape({ logGroupName: required(text), retentionInDays: required(integer) }), (input) => {
      const group = logs.requireGroup(input.logGroupName);
      if (!RETENTION_DAYS.includes(input.retentionInDays))
        throw invalidParameter(`Invalid retentionInDays: one of ${RETENTION_DAYS.join(', ')}.`);
      group.retentionInDays = input.retentionInDays;
      return {};
    }),

    TagResource: operation(shape({ resourceArn: required(text), tags: required(mapOf(text)) }), (input) => {
      const { tags } = byArn(input.resourceArn);
      for (const [key, value] of Object.entries(input.tags)) tags.set(key, value);
      return {};
    }),

    ListTagsForResource: operation(shape({ resourceArn: required(text) }), (input) => {
      const { tags } = byArn(input.resourceArn);
      return tags.size === 0 ? {} : { tags: Object.fromEntries(tags) };
    }),
  };
}

const writeGroup = (group: LogGroup) => ({
  logGroupName: group.name,
  creationTime: group.createdAt,
  metricFilterCount: 0,
  // `arn` ends in `:*`, `logGroupArn` does not.
  arn: `${group.arn}:*`,
  logGroupArn: group.arn,
  storedBytes: 0,
  logGroupClass: 'STANDARD',
  ...(group.retentionInDays === undefined ? {} : { retentionInDays: group.retentionInDays }),
});
