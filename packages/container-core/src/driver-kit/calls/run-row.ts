import type { Duplex } from 'node:stream';
import type { ExecProcess } from '../../types/exec.js';
import type { Listing } from '../../types/listing.js';
import type { LogStream } from '../../types/logs.js';
import type { CleanUps } from '../clean-ups.js';
import { createListing } from '../listing.js';
import type { OperationContext } from '../operation-context.js';
import type { Discard, OperationScope } from '../operation-scope.js';
import type { Batches } from '../pace.js';
import { runCall } from '../run-call.js';
import { runDuplex } from '../run-duplex.js';
import { runExec } from '../run-exec.js';
import { streamOfBatches, streamOfChunks } from '../run-stream.js';
import type { CallRow, LogWork } from './call-row.js';

/** One call whose arguments are checked when its scope is opened. */
export interface OpenCall<Arguments> {
  readonly openScope: () => OperationScope;
  /** What the work gets. The scope is opened first, always: the work needs its context. */
  readonly prepared: () => Arguments;
}

/** The functions behind the rows of a table, by the name of the call. */
export type Functions = Readonly<Record<string, unknown>>;

type Given = readonly unknown[];

/** Runs one call of a table in the way of its kind. */
export function runRow(operation: string, row: CallRow, open: OpenCall<Given>, functions: Functions, cleanUps: CleanUps): unknown {
  const { openScope, prepared } = open;
  // As a method of its object, which may need its `this`.
  const work = <Result>(context: OperationContext): Result => invoke(functions, operation, ...prepared(), context);
  switch (row.kind) {
    case 'call':
      return runCall({ openScope, work: work<Promise<unknown>>, cleanUps, discard: () => discardOf(row, prepared(), functions) });
    case 'list':
      return listPages(openScope, work<Batches<unknown>>);
    case 'stream':
      return streamOfBatches(openScope, work<Batches<unknown>>);
    case 'chunks':
      return streamOfChunks(openScope, work<AsyncIterable<Uint8Array>>);
    case 'exec':
      return runExec(openScope, work<Promise<ExecProcess>>);
    case 'duplex':
      return runDuplex(openScope, work<Promise<Duplex>>);
    case 'logs':
      return logStream(open, functions[operation] as LogWork<Given>);
  }
}

/** Page by page, not item by item: the items of a page are here already. */
export function listPages<T>(openScope: () => OperationScope, work: (context: OperationContext) => Batches<T>): Listing<T> {
  const pages = streamOfChunks(openScope, work);
  return createListing(() => pages);
}

function logStream({ openScope, prepared }: OpenCall<Given>, log: LogWork<Given>): LogStream {
  const entries = streamOfBatches(openScope, (context) => log.entries(...prepared(), context));
  return {
    [Symbol.asyncIterator]: () => entries[Symbol.asyncIterator](),
    bytes: () => streamOfChunks(openScope, (context) => log.bytes(...prepared(), context)),
  };
}

function discardOf({ discard }: CallRow, prepared: Given, functions: Functions): Discard<unknown> | undefined {
  const what = discard?.what(prepared.at(-1));
  if (discard === undefined || what === undefined) return undefined;
  return { what, remove: (made, context) => invoke(functions, discard.call, (made as { readonly id: string }).id, context) };
}

function invoke<Result>(functions: Functions, name: string, ...given: Given): Result {
  return (functions as Readonly<Record<string, (...all: Given) => Result>>)[name]?.(...given) as Result;
}
