// Writes docs/reliability.md from the titles of the tests in tests/faults; with --check it only says whether the page is up to date.
// Fails when a fault that a driver or client can meet has no test.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import typescript from 'typescript';

const root = new URL('../', import.meta.url);
const page = new URL('docs/reliability.md', root);

const [REGISTRY, DOCKER, PODMAN, ECS, MEMORY, RUN] = ['Registry client', 'Docker', 'Podman', 'ECS', 'Memory', '`run()`'];
const COLUMNS = [REGISTRY, DOCKER, PODMAN, ECS, MEMORY, RUN];
const DRIVERS = [DOCKER, PODMAN, ECS, MEMORY];

/** Which columns a test is about, by how its title begins. */
const SUBJECTS = [
  [/^(registry client|Docker Hub client|keychain)\b/, [REGISTRY]],
  [/^Docker driver and run\(\)/, [DOCKER, RUN]],
  [/^Docker driver\b/, [DOCKER]],
  [/^Podman\b/, [PODMAN]],
  [/^ECS driver and run\(\)/, [ECS, RUN]],
  [/^ECS driver\b/, [ECS]],
  [/^memory driver and run\(\)/, [MEMORY, RUN]],
  [/^memory driver\b/, [MEMORY]],
  [/^(every|…) driver\b/, DRIVERS],
  [/^driver registry\b/, DRIVERS],
  [/^run\(\)/, [RUN]],
];

/** The faults in the order of the page, and who can meet them: each of those must have a test. Podman may have Docker's: it has the same driver. */
const FAULTS = [
  ['Engine killed or restarted in the middle of a log stream', [DOCKER, ECS, RUN]],
  ['Engine that ends a followed log before its end', [DOCKER]],
  ['Engine that trips over a container that ends or starts just then', [DOCKER, PODMAN]],
  ['Engine killed or restarted in the middle of a stream', [DOCKER, PODMAN]],
  ['Engine or registry frozen', [REGISTRY, DOCKER, PODMAN]],
  ['Peer that vanished', [REGISTRY, DOCKER, ECS, RUN]],
  ['Connection broken in the middle of a blob', [REGISTRY]],
  ['Connection broken in the middle of an upload', [REGISTRY]],
  ['Blob corrupt or truncated on the server', [REGISTRY]],
  ['401 in the middle, token expired', [REGISTRY, ECS]],
  ['429 and 503 with Retry-After', [REGISTRY, DOCKER]],
  ['ThrottlingException bursts', [ECS]],
  ['Bursts of 5xx, HTML in place of JSON, 200 with broken JSON', [REGISTRY, ...DRIVERS]],
  ['Hung socket', [REGISTRY, ...DRIVERS]],
  ['Body at one byte a second', [REGISTRY, DOCKER, ECS]],
  ['Eight creates of one name at once', DRIVERS],
  ['RunTask failures', [ECS]],
  ['DescribeTasks says MISSING right after RunTask', [ECS]],
  ['Reply lost after CreateService, RunTask or RegisterTaskDefinition was carried out', [ECS]],
  ['Reply lost after the engine did what it was asked', [DOCKER]],
  ['Abort at each await', [REGISTRY, ...DRIVERS, RUN]],
  ['Many runs and deploys aborted at once', [DOCKER, ECS, MEMORY, RUN]],
  ['Many runs and deploys aborted at once, in full', [DOCKER, ECS, MEMORY, RUN]],
  ['Failure of a call that is not safe to repeat', DRIVERS],
  ['Retry as the guide shows it', [DOCKER]],
  ['Load, at scaled size', [REGISTRY, DOCKER, ECS, MEMORY]],
  ['Load, in full', [REGISTRY, DOCKER, ECS]],
  ['A long log, in full', [DOCKER]],
  ['Ids, names and tags such as ../x, %2e%2e, a?b, newlines', [REGISTRY, ...DRIVERS]],
  ['URLs of connect, DeployOptions', DRIVERS],
  ['Hostile input', [REGISTRY, ...DRIVERS]],
  ['Realm of a challenge at another host', [REGISTRY]],
  ['Redirect to another host', [REGISTRY, DOCKER]],
  ['Address that a registry names', [REGISTRY]],
  ['Huge manifest, gzip bomb', [REGISTRY]],
  ['Reply without an end', [REGISTRY, DOCKER, ECS]],
  ['No file left', [REGISTRY, ...DRIVERS]],
  ['Hostile archives', [REGISTRY]],
  ['Secrets in errors and logs', [REGISTRY, ...DRIVERS]],
  ['Redaction', DRIVERS],
  ['Our process killed in the middle', [REGISTRY, DOCKER, ECS, RUN]],
  ['Log frames', [DOCKER]],
  ['Pull progress', [DOCKER]],
  ['run()', [RUN]],
  ['Leak checks', [DOCKER]],
];

/** What the packages' own tests show, beside the code that it is about: fault, file, a title or the id of a row of the conformance suite. */
const SUITE = 'packages/container-core/src/testing/rows';
const ELSEWHERE = [
  ['Hostile archives', [DOCKER], 'apps/playground/src/files/hostile-archives.test.ts', 'refuses an archive and changes nothing'],
  [
    'Our process killed in the middle',
    [REGISTRY],
    'packages/docker-utils/src/image/namespaces.test.ts',
    'completes a pull when one in another namespace was killed',
  ],
  [
    'Engine that ends a followed log before its end',
    [DOCKER],
    'packages/driver-docker/src/logs/follow-log.test.ts',
    'is read to its end all the same, every line once',
  ],
  [
    'Engine that trips over a container that ends or starts just then',
    [DOCKER, PODMAN],
    'packages/driver-docker/src/containers/ending-containers.test.ts',
    'are looked at without a failure, and none of them stays',
  ],
  [
    'Engine that trips over a container that ends or starts just then',
    [DOCKER],
    'packages/driver-docker/src/containers/destroy-container.test.ts',
    'asks again when the engine removed the container in part',
  ],
  [
    'Engine that trips over a container that ends or starts just then',
    [PODMAN],
    'packages/driver-docker/src/transport/passing-failure.test.ts',
    'is not seen by the caller',
  ],
  [
    'Engine killed or restarted in the middle of a log stream',
    [DOCKER],
    'packages/driver-docker/src/faults.test.ts',
    'killed in the middle of a log',
  ],
  [
    'Engine killed or restarted in the middle of a stream',
    [DOCKER],
    'packages/driver-docker/src/faults.test.ts',
    'restarted: events say that there is a gap',
  ],
  ['Engine or registry frozen', [DOCKER], 'packages/driver-docker/src/faults.test.ts', 'frozen in the middle of a deploy'],
  [
    'Connection broken in the middle of a blob',
    [REGISTRY],
    'packages/docker-utils/src/image/transfer-image.test.ts',
    'finishes a pull while the registry is killed',
  ],
  [
    'Connection broken in the middle of a blob',
    [REGISTRY],
    'packages/docker-utils/src/image/transfer-image.test.ts',
    'goes on when the source is killed',
  ],
  [
    'Blob corrupt or truncated on the server',
    [REGISTRY],
    'packages/docker-utils/src/image/transfer-image.test.ts',
    'leaves nothing behind when a blob is damaged',
  ],
  [
    '401 in the middle, token expired',
    [ECS],
    'packages/driver-ecs/src/images/images.test.ts',
    'gives clients of the registry that renew their token',
  ],
  [
    '429 and 503 with Retry-After',
    [DOCKER],
    'packages/driver-docker/src/faults.test.ts',
    'answers nonsense: never taken for an empty list',
  ],
  ['Bursts of 5xx, HTML in place of JSON, 200 with broken JSON', DRIVERS, `${SUITE}/outage.ts`, 'outage.every-call'],
  ['Body at one byte a second', [DOCKER], 'tests/faults/docker-engine.test.ts', 'a body that stops in the middle ends at the deadline'],
  ['Eight creates of one name at once', DRIVERS, `${SUITE}/names.ts`, 'names.eight-at-once'],
  [
    'RunTask failures',
    [ECS],
    'packages/driver-ecs/src/containers/deploy-container.test.ts',
    'takes what RunTask could not start for an error',
  ],
  ['Abort at each await', DRIVERS, `${SUITE}/abort.ts`, 'abort.every-call'],
  [
    'Abort at each await',
    [ECS],
    'packages/driver-ecs/src/definitions/register-definition.test.ts',
    'leaves no definition when a deploy is aborted while ECS registers it',
  ],
  ['Failure of a call that is not safe to repeat', [DOCKER, PODMAN, MEMORY], `${SUITE}/exec.ts`, 'exec.deadline'],
  ['Ids, names and tags such as ../x, %2e%2e, a?b, newlines', DRIVERS, `${SUITE}/validation.ts`, 'validation.calls'],
  [
    'Realm of a challenge at another host',
    [REGISTRY],
    'packages/docker-utils/src/registry/security.test.ts',
    'on a private address gets nothing',
  ],
  [
    'Redirect to another host',
    [REGISTRY],
    'packages/docker-utils/src/registry/security.test.ts',
    'when it redirects, and the digest is verified',
  ],
  ['Redirect to another host', [DOCKER], 'packages/driver-docker/src/faults.test.ts', 'answers nonsense: never taken for an empty list'],
  [
    'Huge manifest, gzip bomb',
    [REGISTRY],
    'packages/docker-utils/src/registry/security.test.ts',
    'refuses a token, and cuts an error, without an end',
  ],
  [
    'Address that a registry names',
    [REGISTRY],
    'packages/docker-utils/src/registry/named-addresses.test.ts',
    'is not followed to a private address when the registry has a public one',
  ],
  [
    'Address that a registry names',
    [REGISTRY],
    'packages/docker-utils/src/registry/named-addresses.test.ts',
    'is not followed to a name that resolves to a private address',
  ],
  [
    'Reply without an end',
    [REGISTRY],
    'packages/docker-utils/src/registry/security.test.ts',
    'refuses a token, and cuts an error, without an end',
  ],
  [
    'Reply without an end',
    [DOCKER],
    'packages/driver-docker/src/transport/reply-limits.test.ts',
    'fails with its status when the reason of the failure of %s has no end',
  ],
  [
    'Reply without an end',
    [DOCKER],
    'packages/driver-docker/src/transport/reply-limits.test.ts',
    'is refused when it sends %s without an end',
  ],
  [
    'Reply without an end',
    [ECS],
    'packages/driver-ecs/src/client/limit-replies.test.ts',
    'refuses a reply without an end when its status is %i, and destroys the connection',
  ],
  ['Reply without an end', [ECS], 'packages/driver-ecs/src/client/limit-replies.test.ts', 'refuses a list when its pages go in a circle'],
  ['No file left', [REGISTRY], 'tests/faults/system-limits.test.ts', 'calls fail with capacity while there is no file'],
  [
    'Hostile archives',
    [REGISTRY],
    'packages/docker-utils/src/registry/security.test.ts',
    'an archive that is cut off, damaged, or holds a device',
  ],
  ['Secrets in errors and logs', DRIVERS, `${SUITE}/errors.ts`, 'errors.secret-of-environment'],
  [
    'Our process killed in the middle',
    [DOCKER, RUN],
    'tests/playground/signals.test.ts',
    'run removes its container when SIGHUP arrives again and after SIGTERM',
  ],
  [
    'Our process killed in the middle',
    [DOCKER, RUN],
    'tests/playground/signals.test.ts',
    'ends and leaves nothing when the terminal is closed',
  ],
  ['Our process killed in the middle', [ECS, RUN], 'tests/playground/signals.test.ts', 'run stops its task when it receives SIGHUP'],
  ['Log frames', [DOCKER], 'packages/driver-docker/src/logs/frame-demultiplexer.test.ts', 'is exact byte by byte'],
  ['Pull progress', [DOCKER], 'packages/driver-docker/src/images/registry-round-trip.test.ts', 'is image-pull with the reason'],
  ['run()', [RUN], 'packages/container-core/src/helpers/run.test.ts', 'removes the container at an abort and at its deadline'],
  ['run()', [RUN], 'packages/container-core/src/helpers/run.test.ts', 'lists what an aborted deploy could not remove'],
  ['Leak checks', [DOCKER, PODMAN, ECS], 'packages/container-core/src/testing/conformance.ts', 'leftovers'],
];

/** The text of a title; what is filled in when the test runs is shown as an ellipsis. */
function titleOf(node) {
  if (node === undefined) return undefined;
  if (typescript.isStringLiteralLike(node)) return node.text;
  if (typescript.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map((span) => `…${span.literal.text}`)].join('');
  return undefined;
}

/** `describe`, `it`, and whatever is made of them: `it.skipIf(…)`, `onDocker`. */
function kindOf(callee) {
  const name = callee.getText();
  if (/^describe\b/.test(name)) return 'row';
  return /^(it|on[A-Z]\w*)\b/.test(name) ? 'test' : undefined;
}

function readTests(file) {
  const path = `tests/faults/${file}`;
  const source = typescript.createSourceFile(file, readFileSync(new URL(path, root), 'utf8'), typescript.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node, row) => {
    let inner = row;
    if (typescript.isCallExpression(node)) {
      const kind = kindOf(node.expression);
      const title = kind === undefined ? undefined : titleOf(node.arguments[0]);
      if (kind === 'row' && title !== undefined) inner = title;
      else if (kind === 'test' && title !== undefined && row !== undefined) {
        const [fault, ...promise] = row.split(': ');
        found.push({
          fault,
          promise: promise.join(': '),
          title,
          path,
          columns: SUBJECTS.find(([begins]) => begins.test(title))?.[1] ?? [],
        });
      }
    }
    node.forEachChild((child) => visit(child, inner));
  };
  visit(source, undefined);
  return found;
}

const files = readdirSync(new URL('tests/faults/', root))
  .filter((name) => /\.(test|full)\.ts$/.test(name))
  .sort();
const problems = [];
const shown = files.flatMap(readTests);
for (const [fault, columns, path, title] of ELSEWHERE) {
  if (!readFileSync(new URL(path, root), 'utf8').includes(title)) problems.push(`${path} has no test "${title}"`);
  shown.push({ fault, title, path, columns });
}
for (const { fault } of shown) if (!FAULTS.some(([name]) => name === fault)) problems.push(`the fault "${fault}" has no place in FAULTS`);

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
const nameOf = (path) =>
  path
    .replace(/^(tests\/faults|packages\/([^/]+))\/(.*\/)?/, (_, __, name) => (name === undefined ? '' : `${name}/`))
    .replace(/(\.test)?\.ts$/, '');
const link = (path) => `[${nameOf(path)}]`;
const testsOf = (fault) => shown.filter((test) => test.fault === fault);

function cellOf(fault, column, applies) {
  const paths = [
    ...new Set(
      testsOf(fault)
        .filter(({ columns }) => columns.includes(column))
        .map(({ path }) => path),
    ),
  ];
  if (paths.length > 0) return paths.map(link).join(' ');
  if (column === PODMAN && applies.includes(DOCKER)) return 'as Docker';
  if (applies.includes(column)) problems.push(`${fault}: nothing shows it for ${column}`);
  return '–';
}

/** Written as the formatter would. */
function tableOf(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row, filler) => `| ${row.map((text, column) => text.padEnd(widths[column], filler)).join(' | ')} |`;
  const [head, ...body] = rows;
  return [
    line(head, ' '),
    line(
      head.map(() => ''),
      '-',
    ),
    ...body.map((row) => line(row, ' ')),
  ].join('\n');
}

const table = tableOf([
  ['fault', ...COLUMNS],
  ...FAULTS.map(([fault, applies]) => [cell(fault), ...COLUMNS.map((column) => cellOf(fault, column, applies))]),
]);
const references = [...new Set(shown.map(({ path }) => path))]
  .sort((left, right) => (left < right ? -1 : 1))
  .map((path) => `${link(path)}: ../${path}`);
const sections = FAULTS.map(([fault]) => {
  const tests = testsOf(fault);
  const promise = tests.find((test) => test.promise)?.promise ?? '';
  const heading = `### ${cell(fault)}\n\n${promise === '' ? '' : `**${cell(promise[0].toUpperCase() + promise.slice(1))}.**\n\n`}`;
  return `${heading}${tests.map(({ title, path }) => `- ${cell(title)} (${link(path)})`).join('\n')}\n`;
});
const text = `# Reliability: what is promised, and the test that shows it

Generated by \`node scripts/reliability.mjs\` from the titles of tests: do not edit. Every fault is provoked for real: private engines and
registries that are frozen, killed and restarted, a proxy that disturbs single requests, a strict fake of AWS. The files \`load.full.ts\` and
\`long-log.full.ts\` run with \`npm run test:full\`; all others with \`npm test\`.

A dash is a fault that a driver or client can not meet. Podman has Docker's driver, and its own tests where it differs.

${table}

## What each test shows

${sections.join('\n')}
${references.join('\n')}
`;

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else if (process.argv.includes('--check')) {
  const same = readFileSync(page, 'utf8') === text;
  if (!same) console.error(`${fileURLToPath(page)} is not up to date: run node scripts/reliability.mjs`);
  process.exitCode = same ? 0 : 1;
} else {
  writeFileSync(page, text);
}
