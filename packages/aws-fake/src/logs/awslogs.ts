import type { LogStore } from './log-store.js';

/** The Docker log driver's buffer: a longer line is cut into pieces of this size. */
const MAX_PIECE = 16 * 1024;
const NEWLINE = 10;

export interface LogSink {
  write(bytes: Uint8Array | string): void;
  /** The container has ended: what is left of its last line goes out. */
  end(): void;
}

export const noSink: LogSink = { write: () => undefined, end: () => undefined };

/**
 * The awslogs driver of one container: a line is an event, an empty line is dropped, a long one is cut at 16 KiB
 * (in the middle of a character when it falls so).
 * Throws ResourceNotFoundException when the group is not there and must not be created.
 */
export function openAwslogs(
  logs: LogStore,
  options: Readonly<Record<string, string | undefined>>,
  names: { readonly containerName: string; readonly taskId: string; readonly runtimeId: string },
): LogSink {
  const groupName = options['awslogs-group'] ?? '';
  if (options['awslogs-create-group'] === 'true' && !logs.groups.has(groupName)) logs.createGroup(groupName);
  const group = logs.requireGroup(groupName);
  const prefix = options['awslogs-stream-prefix'];
  const streamName = prefix === undefined ? names.runtimeId : `${prefix}/${names.containerName}/${names.taskId}`;
  const stream = group.streams.get(streamName) ?? logs.createStream(group, streamName);
  let pending = Buffer.alloc(0);

  const emit = (piece: Buffer) => {
    if (piece.length > 0) logs.append(stream, piece.toString('utf8'));
  };
  return {
    write(bytes) {
      pending = Buffer.concat([pending, typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes]);
      let start = 0;
      while (start < pending.length) {
        const newline = pending.indexOf(NEWLINE, start);
        const lineEnd = newline === -1 ? pending.length : newline;
        if (lineEnd - start > MAX_PIECE) {
          emit(pending.subarray(start, start + MAX_PIECE));
          start += MAX_PIECE;
        } else if (newline === -1) break;
        else {
          emit(pending.subarray(start, newline));
          start = newline + 1;
        }
      }
      pending = pending.subarray(start);
    },
    end() {
      emit(pending);
      pending = Buffer.alloc(0);
    },
  };
}
