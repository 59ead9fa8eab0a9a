import { runCommandLine } from './run-command-line.js';
import { watchForInterruption } from './session/interruption.js';
import { Session } from './session/session.js';

const controller = new AbortController();
using _watch = watchForInterruption((reason) => controller.abort(reason));
await using session = new Session({
  streams: { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
  environment: process.env,
  directory: process.cwd(),
  signal: controller.signal,
});
process.exitCode = await runCommandLine(session, process.argv.slice(2));
