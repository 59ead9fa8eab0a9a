import { runCommandLine } from './run-command-line.js';
import { answerFailure } from './session/answer-failure.js';
import { Interruption, OutputFailed } from './session/interruption.js';
import { Session } from './session/session.js';

// The AWS SDK's advice about versions of Node is for developers.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
// Windows then does not search the working directory for programs that a dependency starts by name.
process.env['NoDefaultCurrentDirectoryInExePath'] ??= '1';

using interruption = new Interruption();
await using session = new Session({
  streams: { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr },
  environment: process.env,
  directory: process.cwd(),
  interruption,
});
process.exitCode = await runCommandLine(session, process.argv.slice(2));
// The last of the output may fail only after the command has ended.
await new Promise((resolve) => process.stdout.write('', resolve));
if (session.signal.reason instanceof OutputFailed && process.exitCode === 0) {
  process.exitCode = answerFailure(session.signal.reason, session);
}
