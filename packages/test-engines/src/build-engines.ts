import { buildGoProgram } from './go/go-program.js';
import { GO_PROGRAMS } from './go/programs.js';

// Builds the engines that are named, or all of them: `npm run engines:build -- kubernetes`.
const names = process.argv.slice(2);
const unknown = names.find((name) => !GO_PROGRAMS.some((program) => program.name === name));
if (unknown !== undefined) {
  console.error(`Unknown engine "${unknown}"; available: ${GO_PROGRAMS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
for (const program of GO_PROGRAMS) {
  if (names.length > 0 && !names.includes(program.name)) continue;
  console.log(`Building ${program.name} (minutes, unless it was built before)…`);
  console.log(`${program.name}: ${await buildGoProgram(program)}`);
}
