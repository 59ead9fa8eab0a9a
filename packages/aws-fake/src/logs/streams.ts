import { pageOf } from '../paging.js';
import { anyObject, flag, integer, listOf, oneOf, required, shape, text } from '../wire/checks.js';
import { type OperationTable, operation } from '../wire/operation.js';
import { invalidParameter } from '../wire/service-error.js';
import { groupOf } from './group-reference.js';
import type { LogGroup, LogStore, LogStream } from './log-store.js';

const PAGE = { byDefault: 50, most: 50 };
const STREAM_NAME = /^[^:*]{1,512}$/;
const MAX_EVENTS = 10_000;
const LARGEST_EVENT = 256 * 1024;
const LARGEST_BATCH = 1_048_576;
const EVENT_OVERHEAD = 26;

const nameAndPlace = { logGroupName: text, logGroupIdentifier: text, nextToken: text, limit: integer };

export function logStreamOperations(logs: LogStore): OperationTable {
  return {
    CreateLogStream: operation(shape({ logGroupName: required(text), logStreamName: required(text) }), (input) => {
      if (!STREAM_NAME.test(input.logStreamName)) throw invalidParameter('Invalid logStreamName.');
      logs.createStream(logs.requireGroup(input.logGroupName), input.logStreamName);
      return {};
    }),

    PutLogEvents: operation(
      shape({
        logGroupName: required(text),
        logStreamName: required(text),
        logEvents: required(listOf(shape({ timestamp: required(integer), message: required(text) }))),
        sequenceToken: text,
        entity: anyObject,
      }),
      (input) => {
        const stream = logs.requireStream(logs.requireGroup(input.logGroupName), input.logStreamName);
        const sizes = input.logEvents.map(({ message }) => Buffer.byteLength(message));
        if (sizes.length < 1 || sizes.length > MAX_EVENTS) throw invalidParameter(`A batch holds 1 to ${MAX_EVENTS} events.`);
        if (sizes.some((size) => size < 1 || size > LARGEST_EVENT))
          throw invalidParameter(`An event's message has 1 to ${LARGEST_EVENT} bytes.`);
        const total = sizes.reduce((sum, size) => sum + size + EVENT_OVERHEAD, 0);
        if (total > LARGEST_BATCH) throw invalidParameter(`Upload too large: ${total} bytes exceeds limit of ${LARGEST_BATCH}`);
        const times = input.logEvents.map(({ timestamp }) => timestamp);
        if (times.some((time, index) => time < (times[index - 1] ?? 0))) {
          throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
        }
        for (const { message, timestamp } of input.logEvents) logs.append(stream, message, timestamp);
        return {};
      },
    ),

    DescribeLogStreams: operation(
      shape({ ...nameAndPlace, logStreamNamePrefix: text, orderBy: oneOf('LogStreamName', 'LastEventTime'), descending: flag }),
      ({ limit, nextToken, logStreamNamePrefix = '', orderBy = 'LogStreamName', descending = false, ...input }) => {
        if (orderBy === 'LastEventTime' && logStreamNamePrefix !== '') {
          throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
        }
        const group = groupOf(logs, input);
        const last = (stream: LogStream) => stream.events.at(-1)?.timestamp ?? 0;
        const streams = [...group.streams.values()]
          .filter(({ name }) => name.startsWith(logStreamNamePrefix))
          .sort((a, b) => (orderBy === 'LastEventTime' ? last(a) - last(b) : a.name < b.name ? -1 : 1));
        if (descending) streams.reverse();
        const request = { ...(limit === undefined ? {} : { maxResults: limit }), ...(nextToken === undefined ? {} : { nextToken }) };
        const page = pageOf(streams, request, PAGE, ['DescribeLogStreams', group.name, logStreamNamePrefix, orderBy, descending]);
        return {
          logStreams: page.items.map((stream) => writeStream(group, stream)),
          ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }),
        };
      },
    ),

    FilterLogEvents: operation(
      shape({
        ...nameAndPlace,
        logStreamNames: listOf(text),
        logStreamNamePrefix: text,
        startTime: integer,
        endTime: integer,
        filterPattern: text,
        startFromHead: flag,
        interleaved: flag,
        unmask: flag,
      }),
      ({ limit, nextToken, ...input }) => {
        const { logStreamNames, logStreamNamePrefix, startTime = 0, endTime = Number.MAX_SAFE_INTEGER } = input;
        if (logStreamNames !== undefined && logStreamNamePrefix !== undefined) {
          throw invalidParameter('logStreamNames and logStreamNamePrefix are mutually exclusive.');
        }
        if (logStreamNames !== undefined && (logStreamNames.length < 1 || logStreamNames.length > 100)) {
          throw invalidParameter('logStreamNames must have 1 to 100 members.');
        }
        const group = groupOf(logs, input);
        const streams =
          logStreamNames?.map((name) => logs.requireStream(group, name)) ??
          [...group.streams.values()].filter(({ name }) => name.startsWith(logStreamNamePrefix ?? ''));
        const terms = (input.filterPattern ?? '').split(/\s+/).map((term) => term.replace(/^"|"$/g, ''));
        const events = streams
          .flatMap((stream) => stream.events.map((event) => ({ ...event, logStreamName: stream.name })))
          .filter(
            ({ timestamp, message }) => timestamp >= startTime && timestamp <= endTime && terms.every((term) => message.includes(term)),
          )
          .sort((a, b) => a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1));
        const request = { ...(limit === undefined ? {} : { maxResults: limit }), ...(nextToken === undefined ? {} : { nextToken }) };
        const page = pageOf(events, request, { byDefault: MAX_EVENTS, most: MAX_EVENTS }, ['FilterLogEvents', input]);
        return {
          events: page.items.map(({ id, ...event }) => ({ ...event, eventId: id })),
          searchedLogStreams: [],
          ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }),
        };
      },
    ),
  };
}

function writeStream(group: LogGroup, stream: LogStream) {
  const [first] = stream.events;
  const last = stream.events.at(-1);
  return {
    logStreamName: stream.name,
    creationTime: stream.createdAt,
    arn: `${group.arn}:log-stream:${stream.name}`,
    storedBytes: 0,
    ...(first === undefined || last === undefined
      ? {}
      : { firstEventTimestamp: first.timestamp, lastEventTimestamp: last.timestamp, lastIngestionTime: last.ingestionTime }),
  };
}
