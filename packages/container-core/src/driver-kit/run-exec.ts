import type { ExecProcess } from '../types/exec.js';
import type { OperationContext } from './operation-context.js';
import type { OperationScope } from './operation-scope.js';
import { integerFrom } from './validate/checks.js';
import { refusal } from './validate/refusal.js';
import { type ChecksOf, required, shape } from './validate/shape.js';

const nothing = () => undefined;

/** What a terminal's size fits into: 16 bits each. */
const side = required(integerFrom(1, 65_535));
const terminalSize = shape({ columns: side, rows: side } satisfies ChecksOf<Parameters<ExecProcess['resize']>[0]>);

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
      resize: async (size) => {
        try {
          await process.resize(terminalSize(refusal('exec', 'resize'), 'size', size));
        } catch (error) {
          throw scope.translate(error);
        }
      },
    };
  } catch (error) {
    const failure = scope.translate(error);
    scope.finish(failure);
    throw failure;
  }
}
