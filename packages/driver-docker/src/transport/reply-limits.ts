/**
 * What a reply about one thing may have. An inspection has some KiB; labels, environment and health checks of one container can make it
 * a few MiB.
 */
export const MAX_REPLY_BYTES = 16 * 1024 * 1024;

/** What a list may have: 10,000 containers with 12 KiB each. */
export const MAX_LIST_BYTES = 128 * 1024 * 1024;

/** What is read of a failure's body; the engine's sentences have some hundred bytes. */
export const MAX_FAILURE_BYTES = 64 * 1024;

/** What a line of a stream (an event, a reading, progress) may have; an event carries all labels of its container. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** What the status line and headers of a reply may have; Node allows 16 KiB. */
export const MAX_HEAD_BYTES = 64 * 1024;

/** How many interim replies (100, 102, 103) may come before a reply; engines send one at most. */
export const MAX_INTERIM_REPLIES = 100;

/** What may come between two pieces of a chunked body, and behind the last one: extensions and trailers. Node allows 16 KiB as well. */
export const MAX_CHUNK_OVERHEAD_BYTES = 16 * 1024;
