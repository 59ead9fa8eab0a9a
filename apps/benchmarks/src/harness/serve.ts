import { readInput, report } from './child-process-side.js';

/** The main function of a server's process: reports its address and lives until the harness ends its standard input. */
export async function serve<Input>(
  start: (input: Input) => Promise<{ readonly address: unknown; close(): Promise<unknown> }>,
): Promise<void> {
  const server = await start(readInput<Input>());
  report(server.address);
  process.stdin.resume();
  process.stdin.once('end', () => void server.close().finally(() => process.exit()));
}
