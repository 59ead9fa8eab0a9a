import type { ExecOptions, ExecProcess } from '../../types/exec.js';
import type { ConformanceOptions } from '../conformance-options.js';
import type { ProgramStep } from '../program.js';
import type { Row } from '../row.js';
import { collect, pause, type RowContext, rejection } from '../row-context.js';

/** Rows about the group `exec`. */
export function execRows({ capabilities }: ConformanceOptions): readonly Row[] {
  const { exec } = capabilities;
  if (exec === undefined) return [];
  return [
    ...[0, 1, 42, 255].map(
      (code): Row => ({
        id: `exec.exit-code-${code}`,
        promise: `a command that returns ${code} has the exit code ${code}`,
        run: async (row) => {
          const process = await execute(row, [{ do: 'exit', code }]);
          row.expect((await process.exit).code).toBe(code);
        },
      }),
    ),
    {
      id: 'exec.output',
      promise: `stdout and stderr arrive ${exec.streams === 'separate' ? 'apart' : 'as one'} and whole before the exit code does`,
      run: async (row) => {
        const process = await execute(row, [
          { do: 'write', content: 'öut\n' },
          { do: 'write', content: 'err\n', to: 'stderr' },
          { do: 'write', content: 'x', times: 200_000 },
        ]);
        const [out, error, exit] = await Promise.all([textOf(process.stdout), textOf(process.stderr), process.exit]);
        const apart = exec.streams === 'separate';
        row.expect(out === `öut\n${apart ? '' : 'err\n'}${'x'.repeat(200_000)}`).toBe(true);
        row.expect(error).toBe(apart ? 'err\n' : '');
        row.expect(exit.code).toBe(0);
      },
    },
    ...(exec.env && exec.workingDirectory ? [environmentRow] : []),
    {
      id: 'exec.not-running',
      promise: 'a container that does not run is precondition-failed, one that is gone not-found',
      run: async (row) => {
        const ended = await row.runToEnd([]);
        await row.failure(row.driver.execContainer(ended, ['true']), 'precondition-failed');
        await row.driver.destroyContainer(ended);
        await row.failure(row.driver.execContainer(ended, ['true']), 'not-found');
      },
    },
    {
      id: 'exec.missing-command',
      promise: 'a command that is not there is told: by an error, or the exit code 126 or 127',
      run: async (row) => {
        const container = await row.deployReady();
        const executing = row.driver.execContainer(container, ['/no/such/program']).then(({ exit }) => exit);
        const outcome = await executing.catch((error: unknown) => row.failure(Promise.reject(error)));
        if (!(outcome instanceof Error)) row.expect([126, 127]).toContain(outcome.code);
      },
    },
    {
      id: 'exec.no-stdin',
      promise: 'without stdin a command that reads sees the end at once',
      run: async (row) => {
        const process = await execute(row, [{ do: 'copy-stdin' }, { do: 'exit', code: 3 }]);
        row.expect((await row.promptly(process.exit, 'The command')).code).toBe(3);
      },
    },
    {
      id: 'exec.validation',
      promise: 'an empty command and bad options are invalid-argument',
      run: async (row) => {
        const container = await row.deployReady();
        await row.failure(row.driver.execContainer(container, []), 'invalid-argument');
        await row.failure(row.driver.execContainer(container, ['a\0b']), 'invalid-argument');
        await row.failure(row.driver.execContainer(container, ['true'], { workingDirectory: 'relative' }), 'invalid-argument');
      },
    },
    {
      id: 'exec.abort',
      promise: 'an exec that is aborted rejects promptly with the reason, and the container goes on',
      run: async (row) => {
        const container = await row.deployReady();
        const controller = new AbortController();
        const reason = new Error('not wanted any more');
        const process = await executeIn(row, container.id, [{ do: 'sleep', milliseconds: 60_000 }], { signal: controller.signal });
        await pause(50);
        controller.abort(reason);
        row.expect((await row.promptly(rejection(process.exit), 'The exec')) === reason).toBe(true);
        row.expect((await row.driver.getContainer(container)).state).toBe('running');
        const before = await rejection(row.driver.execContainer(container, ['true'], { signal: AbortSignal.abort(reason) }));
        row.expect(before === reason).toBe(true);
      },
    },
    {
      id: 'exec.deadline',
      promise: 'a command that runs past its deadline is a timeout, and not retryable: a repetition would run it again',
      run: async (row) => {
        const container = await row.deployReady();
        const process = await executeIn(row, container.id, [{ do: 'sleep', milliseconds: 60_000 }], { timeoutMs: 1500 });
        const error = await row.failure(process.exit, 'timeout');
        row.expect(error.retryable).toBe(false);
      },
    },
    {
      id: 'exec.abort-as-declared',
      promise: exec.abort === 'process' ? 'an abort ends the command' : 'an abort lets go of the command, which goes on',
      run: async (row) => {
        const container = await row.deployReady();
        const path = `/tmp/${container.name}`;
        const goingOn: ProgramStep[] = [
          { do: 'sleep', milliseconds: 500 },
          { do: 'write-file', path, content: 'went on\n' },
        ];
        const controller = new AbortController();
        const process = await executeIn(row, container.id, goingOn, { signal: controller.signal });
        controller.abort();
        await rejection(process.exit);
        const wentOn = async () => textOf((await executeIn(row, container.id, [{ do: 'print-file', path }], {})).stdout);
        if (exec.abort === 'detach') return row.eventually(async () => row.expect(await wentOn()).toBe('went on\n'));
        await pause(1000);
        row.expect(await wentOn()).toBe('');
      },
    },
    exec.stdin ? stdinRow : refusedRow('stdin', true),
    ...(exec.tty === 'never' ? [refusedRow('tty', true)] : [ttyRow]),
    exec.tty === 'always' ? refusedRow('tty', false) : noTtyRow,
    exec.user ? userRow : refusedRow('user', '1234'),
    ...(exec.env ? [] : [refusedRow('env', { ADDED: 'x' })]),
    ...(exec.workingDirectory ? [] : [refusedRow('workingDirectory', '/tmp')]),
  ];
}

const environmentRow: Row = {
  id: 'exec.environment',
  promise: 'env is added to that of the container, and the working directory is set',
  run: async (row) => {
    const container = await row.deployReady(
      undefined,
      row.capabilities.deploy.env.support === 'unsupported' ? {} : { env: { INHERITED: 'yes' } },
    );
    const steps: ProgramStep[] = [
      { do: 'print-env', name: 'INHERITED' },
      { do: 'print-env', name: 'ADDED' },
      { do: 'print-working-directory' },
    ];
    const process = await executeIn(row, container.id, steps, { env: { ADDED: 'a "b" $c' }, workingDirectory: '/tmp' });
    row.expect(await textOf(process.stdout)).toBe('yes\na "b" $c\n/tmp\n');
  },
};

const stdinRow: Row = {
  id: 'exec.stdin',
  promise: 'stdin reaches the command byte by byte, and its end does too',
  run: async (row) => {
    const process = await execute(row, [{ do: 'copy-stdin' }, { do: 'exit', code: 5 }], { stdin: true });
    const sent = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
    const received = collect<Buffer>(process.stdout);
    process.stdin.write(sent.subarray(0, 1));
    process.stdin.end(sent.subarray(1));
    row.expect(Buffer.concat(await row.promptly(received, 'The command')).equals(sent)).toBe(true);
    row.expect((await process.exit).code).toBe(5);
  },
};

const userRow: Row = {
  id: 'exec.user',
  promise: 'the command runs as the user',
  run: async (row) => {
    const process = await execute(row, [{ do: 'print-user' }], { user: '1234' });
    row.expect(await textOf(process.stdout)).toBe('1234\n');
  },
};

const ttyRow: Row = {
  id: 'exec.tty',
  promise: 'with tty the command sees a terminal, whose size can be set, and all output is stdout',
  run: async (row) => {
    const process = await execute(
      row,
      [
        { do: 'print-terminal' },
        { do: 'write', content: 'err\n', to: 'stderr' },
        // However long the new size takes to arrive.
        ...Array.from({ length: 10 }, (): ProgramStep[] => [{ do: 'sleep', milliseconds: 300 }, { do: 'print-terminal-size' }]).flat(),
      ],
      { tty: true },
    );
    await process.resize({ columns: 101, rows: 33 });
    const [out, error] = await Promise.all([textOf(process.stdout), textOf(process.stderr)]);
    const lines = out.replaceAll('\r', '').trimEnd().split('\n');
    row.expect([...lines.slice(0, 2), lines.at(-1)]).toEqual(['terminal', 'err', '33 101']);
    row.expect(error).toBe('');
  },
};

const noTtyRow: Row = {
  id: 'exec.no-tty',
  promise: 'without tty there is no terminal, and none to resize',
  run: async (row) => {
    const process = await execute(row, [{ do: 'print-terminal' }]);
    row.expect(await textOf(process.stdout)).toBe('no terminal\n');
    await row.failure(process.resize({ columns: 80, rows: 24 }), 'unsupported');
  },
};

function refusedRow<Option extends keyof ExecOptions>(option: Option, value: ExecOptions[Option]): Row {
  return {
    id: `exec.${option}-refused`,
    promise: `the option ${option} is unsupported`,
    run: async (row) => {
      const container = await row.deployReady();
      const error = await row.failure(row.driver.execContainer(container, ['true'], { [option]: value }), 'unsupported');
      row.expect(error.message.includes(option)).toBe(true);
    },
  };
}

/** Runs a program in a new idle container. */
async function execute(row: RowContext, steps: readonly ProgramStep[], options: ExecOptions = {}): Promise<ExecProcess> {
  return executeIn(row, (await row.deployReady()).id, steps, options);
}

function executeIn(row: RowContext, container: string, steps: readonly ProgramStep[], options: ExecOptions): Promise<ExecProcess> {
  const { entrypoint = [], command } = row.options.images.program(steps);
  return row.driver.execContainer(container, [...entrypoint, ...command], options);
}

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  return Buffer.concat((await collect(stream)) as Buffer[]).toString('utf8');
}
