import type { ExecProcess } from '../types/exec.js';
import type { OperationContext } from './operation-context.js';
import type { OperationScope } from './operation-scope.js';

const nothing = () => undefined;

/** Starts a command inside a scope that lasts until the command has ended. */
export async function runExec(
  openScope: () => OperationScope,
  work: (context: OperationContext) => Promise<ExecProcess>,
): Promise<ExecProcess> {
  const scope = openScope();
  try {
    const started = work(scope.context);
    // A command that is there only after the call has ended is nobody's; its own end must not count as unhandled.
    started.then((late) => late.exit.catch(() => undefined), nothing);
    const process = await scope.race(started);
    const exit = scope.race(process.exit).then(
      (outcome) => {
        scope.finish();
        return outcome;
      },
      (error: unknown) => {
        const failure = scope.translate(error);
        scope.finish(failure);
        throw failure;
      },
    );
    // Who only reads the output must not be ended by a rejection that nobody awaits.
    exit.catch(() => undefined);
    return {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      exit,
      resize: (size) =>
        process.resize(size).catch((error: unknown) => {
          throw scope.translate(error);
        }),
    };
  } catch (error) {
    const failure = scope.translate(error);
    scope.finish(failure);
    throw failure;
  }
}
