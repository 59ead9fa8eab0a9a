import { runCommandLine } from './run-command-line.js';
import { watchForInterruption } from './session/interruption.js';
import { Session } from './session/session.js';

// The AWS SDK's advice about versions of Node is for developers.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const controller = new AbortController();
using _watch = watchForInterruption((reason) => controller.abort(reason));
await using session = new Session({
  streams: { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
  environment: process.env,
  directory: process.cwd(),
  signal: controller.signal,
});
process.exitCode = await runCommandLine(session, process.argv.slice(2));
