import { parseCommandLine, UsageError, usage } from './command-line.js';
import { listing } from './list.js';
import { runBenchmarks } from './run-benchmarks.js';

try {
  const options = parseCommandLine(process.argv.slice(2));
  if (options.help) console.log(usage);
  else if (options.list) console.log(listing());
  else process.exitCode = await runBenchmarks(options);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
