// node scripts/check-commits.mjs RANGE: fails when the subject of a commit in the range is not `<package>: <imperative>` of at most 72
// characters. What a merge or a revert writes by itself passes.
import { execFileSync } from 'node:child_process';

const MAX_LENGTH = 72;
const SUBJECT = /^[a-z][a-z0-9-]*(?:, [a-z][a-z0-9-]*)*: [a-z`'].*[^.]$/;
const GENERATED = /^(?:Merge |Revert ")/;

const [range] = process.argv.slice(2);
if (range === undefined || range.startsWith('-')) {
  process.stderr.write('usage: node scripts/check-commits.mjs RANGE (such as origin/main..HEAD)\n');
  process.exit(2);
}

const log = execFileSync('git', ['log', '--format=%h %s', range, '--'], { encoding: 'utf8' });
const wrong = log
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => ({ hash: line.slice(0, line.indexOf(' ')), subject: line.slice(line.indexOf(' ') + 1) }))
  .filter(({ subject }) => !GENERATED.test(subject) && (subject.length > MAX_LENGTH || !SUBJECT.test(subject)));

for (const { hash, subject } of wrong) {
  const why = subject.length > MAX_LENGTH ? `${subject.length} characters, ${MAX_LENGTH} at most` : 'write <package>: <imperative>';
  process.stderr.write(`${hash} ${subject}\n    ${why}\n`);
}
process.exitCode = wrong.length === 0 ? 0 : 1;
