import { ContainerError, createRedactor, type RegistryCredentials } from '@cloud/container-core';
import { checkSpawned, findProgram, replyTooLarge } from '@cloud/container-core/driver-kit';

/** What a helper says, with exit code 1, when it has nothing (docker-credential-helpers/credentials/error.go). */
const NOT_FOUND = /credentials not found/i;
const HELPER_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
/** Credentials and tokens have a few KiB. */
const MAX_OUTPUT_BYTES = 64 * 1024;
/** How long what a helper wrote may take to arrive after its end. */
const AFTER_EXIT_MS = 500;

/** How to run a helper. */
export interface HelperOptions {
  readonly timeoutMs: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks `docker-credential-NAME get` for the credentials of a server; `undefined` when it has none.
 *
 * The program is started without a shell and gets the server on its standard input. It is killed at the deadline
 * (`timeout`) and on abort. A helper that cannot be run or fails is `unauthenticated`, never silently anonymous.
 */
export async function askCredentialHelper(name: string, server: string, options: HelperOptions): Promise<RegistryCredentials | undefined> {
  if (!HELPER_NAME.test(name)) {
    throw new ContainerError(
      'invalid-argument',
      `${JSON.stringify(name)} in the docker configuration is not the name of a credential helper.`,
    );
  }
  const program = `docker-credential-${name}`;
  const { exitCode, output } = await runHelper(program, server, options);
  if (exitCode === 0) return readReply(program, output);
  if (NOT_FOUND.test(output)) return undefined;
  const line = output.trim().split('\n', 1)[0] ?? '';
  // Per protocol a failing helper prints a sentence; anything that looks like a reply or a token is kept out of the message.
  const why = line.includes('{') || !/\S\s+\S/.test(line) ? '' : `: ${shortened(createRedactor()(line))}`;
  throw new ContainerError('unauthenticated', `The credential helper ${program} failed for ${server} with exit code ${exitCode}${why}.`);
}

const MAX_LINE_LENGTH = 200;

/** Only of a text without secrets: a part of one would not be found any more. */
function shortened(redacted: string): string {
  return redacted.length > MAX_LINE_LENGTH ? `${redacted.slice(0, MAX_LINE_LENGTH)}…` : redacted;
}

function readReply(program: string, output: string): RegistryCredentials | undefined {
  let reply: unknown;
  try {
    reply = JSON.parse(output);
  } catch {
    throw new ContainerError('unauthenticated', `The credential helper ${program} did not answer with JSON.`);
  }
  const { Username: username, Secret: secret } = (typeof reply === 'object' && reply !== null ? reply : {}) as Record<string, unknown>;
  if (typeof secret !== 'string' || secret === '') return undefined;
  if (username === '<token>') return { identityToken: secret };
  return typeof username === 'string' && username !== '' ? { username, password: secret } : undefined;
}

/** A missing helper is never anonymous access. */
function helperPath(program: string, environment: NodeJS.ProcessEnv): string {
  try {
    return findProgram(program, environment);
  } catch (cause) {
    throw new ContainerError(
      'unauthenticated',
      `The credential helper ${program} cannot be run (ENOENT in PATH); install it, or take it out of the docker configuration.`,
      { cause },
    );
  }
}

async function runHelper(program: string, server: string, options: HelperOptions): Promise<{ exitCode: number | null; output: string }> {
  // Loaded when a helper is configured, so that importing the package costs next to nothing.
  const { spawn } = await import('node:child_process');
  const { signal, timeoutMs, environment } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const child = spawn(helperPath(program, environment), ['get'], {
      shell: false,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: environment,
      windowsHide: true,
    });
    checkSpawned(child);
    const chunks: Buffer[] = [];
    let bytes = 0;
    const give = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const kill = (reason: unknown) => {
      child.kill('SIGKILL');
      // A grandchild may hold the pipe open; nobody waits for it.
      child.stdout.destroy();
      give(() => reject(reason));
    };
    const onAbort = () => kill(signal?.reason);
    const timer = setTimeout(
      () => kill(new ContainerError('timeout', `The credential helper ${program} gave no answer in ${timeoutMs} ms.`)),
      timeoutMs,
    );
    signal?.addEventListener('abort', onAbort, { once: true });
    child.on('error', (cause: NodeJS.ErrnoException) =>
      give(() =>
        reject(
          new ContainerError(
            'unauthenticated',
            `The credential helper ${program} cannot be run (${cause.code}); install it, or take it out of the docker configuration.`,
            { cause },
          ),
        ),
      ),
    );
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_OUTPUT_BYTES) chunks.push(chunk);
      else kill(replyTooLarge(`The credential helper ${program}`, MAX_OUTPUT_BYTES));
    });
    const finish = (exitCode: number | null) => give(() => resolve({ exitCode, output: Buffer.concat(chunks).toString('utf8') }));
    child.on('close', finish);
    // What the helper has started (an agent, say) may hold the pipe open for ever.
    child.on('exit', (exitCode) => {
      setTimeout(() => {
        finish(exitCode);
        child.stdout.destroy();
      }, AFTER_EXIT_MS).unref();
    });
    // A helper that does not read its input closes the pipe; its exit code says the rest.
    child.stdin.on('error', () => undefined);
    child.stdin.end(server);
  });
}
