// Records the tour for the README: `node scripts/record-tour.mjs` after a build.
//
// Runs it as it is; with --private-engine on a Docker engine that is started for it (Linux, as root), so that the recording
// does not depend on what runs on this machine. Writes what it showed between the marks in README.md, or to stdout when there are none.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const [begin, end] = ['<!-- tour:begin -->', '<!-- tour:end -->'];

const engine = process.argv.includes('--private-engine') ? await startEngine() : undefined;
try {
  const environment = { ...process.env, NO_COLOR: '1', ...(engine === undefined ? {} : { DOCKER_HOST: `unix://${engine.socketPath}` }) };
  const shown = execFileSync(process.execPath, [path('apps/playground/dist/main.js'), 'tour'], { env: environment, encoding: 'utf8' });
  const recording = engine === undefined ? shown : shown.replaceAll(engine.socketPath, '/var/run/docker.sock');
  publish(`${begin}\n\n\`\`\`text\n$ npm start\n${recording.trimEnd()}\n\`\`\`\n\n${end}`, recording);
} finally {
  await engine?.stop();
}

async function startEngine() {
  const { startDockerEngine } = await import('../packages/test-engines/dist/index.js');
  const started = await startDockerEngine();
  await started.loadBusybox();
  return started;
}

function publish(block, recording) {
  const readme = readFileSync(path('README.md'), 'utf8');
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < 0) process.stdout.write(recording);
  else writeFileSync(path('README.md'), `${readme.slice(0, from)}${block}${readme.slice(to + end.length)}`);
}
