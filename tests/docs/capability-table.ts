import { CAPABILITY_GROUPS, type Capabilities, DEPLOY_FIELDS } from '@cloud/container-core';

type Row = readonly [label: string, cell: (capabilities: Capabilities) => string];

const yes = (holds: boolean | undefined): string => (holds === true ? 'yes' : '·');

const MANNERS: readonly Row[] = [
  ['a start after a stop', ({ restart }) => (restart === 'same' ? 'the same container' : 'a new container of the same name')],
  ['names are unique', ({ uniqueNames }) => yes(uniqueNames)],
  ['`start: false`', ({ startLater }) => yes(startLater)],
  ['`gracePeriodSeconds` per stop', ({ stop }) => yes(stop.gracePerCall)],
  ['others stop seeing what is destroyed', ({ destroy }) => (destroy === 'immediate' ? 'at once' : 'after a while')],
  ['log streams', ({ logs }) => logs.streams],
  ['log timestamps', ({ logs }) => logs.timestamps],
  ['empty log lines', ({ logs }) => (logs.emptyLines ? 'kept' : 'lost')],
  ['longest log line', ({ logs }) => (logs.maxLineBytes === undefined ? 'any' : `${logs.maxLineBytes} bytes, then split`)],
  ['exec: stdin, terminal', ({ exec }) => (exec === undefined ? '·' : `${yes(exec.stdin)}, ${yes(exec.tty)}`)],
  ['an aborted exec', ({ exec }) => (exec === undefined ? '·' : exec.abort === 'process' ? 'ends the process' : 'leaves the process')],
];

const GROUPS: readonly Row[] = CAPABILITY_GROUPS.map((group) => [`\`${group}\``, ({ groups }) => yes(groups.includes(group))]);

const FIELDS: readonly Row[] = DEPLOY_FIELDS.map((field) => [
  `\`${field}\``,
  ({ deploy }) => (deploy[field] === 'unsupported' ? '·' : deploy[field]),
]);

/** The tables of what each provider can do, from what the drivers declare. */
export function capabilityTables(declared: Readonly<Record<string, Capabilities>>): string {
  return [
    '### Groups of calls',
    table('`supports(driver, …)`', GROUPS, declared),
    '### Fields of `deployContainer`',
    table('field', FIELDS, declared),
    '### Manners',
    table('', MANNERS, declared),
  ].join('\n\n');
}

/** A table whose columns are as wide as their widest cell. */
function table(title: string, rows: readonly Row[], declared: Readonly<Record<string, Capabilities>>): string {
  const lines = [
    [title, ...Object.keys(declared)],
    ...rows.map(([label, cell]) => [label, ...Object.values(declared).map((capabilities) => cell(capabilities))]),
  ];
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const printed = lines.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [printed[0], rule, ...printed.slice(1)].join('\n');
}
