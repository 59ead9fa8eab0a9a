import type { Container } from '../types/container.js';
import type { ContainerDriver } from '../types/driver.js';
import type { LogEntry } from '../types/logs.js';
import { reconnecting } from './reconnect.js';

/**
 * Follows the log of a container to its end, across lost connections: a later connection continues after the last line.
 *
 * @param take receives every line; the next one waits until it settles. Return `false` to leave.
 */
export async function followLog(
  driver: ContainerDriver,
  container: Container,
  signal: AbortSignal,
  take: (entry: LogEntry) => Promise<unknown> | undefined | false,
  from?: string,
): Promise<void> {
  let after = from;
  let sawWithoutCursor = false;
  await reconnecting(
    signal,
    async () => {
      for await (const entry of driver.getContainerLogs(container, { follow: true, signal, ...(after === undefined ? {} : { after }) })) {
        after = entry.cursor;
        sawWithoutCursor = entry.cursor === undefined;
        const taken = take(entry);
        if (taken === false) return;
        if (taken !== undefined) await taken;
      }
    },
    // Without a cursor a second read would repeat lines.
    () => !sawWithoutCursor,
  );
}
