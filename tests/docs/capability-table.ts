import { CAPABILITY_GROUPS, type Capabilities, type CapabilityGroup, DEPLOY_FIELDS } from '@cloud/container-core';
import { VALUE_ROWS } from './capability-values.js';

/** One driver as the tables show it. */
export interface Column {
  readonly title: string;
  readonly capabilities: Capabilities;
  /** The provider behind it; absent for the embedded engine, which is no real one. Two columns may have the same. */
  readonly provider?: string;
}

/** A line of a table: its label, and what stands in each column. */
export type Row = readonly [label: string, cell: (capabilities: Capabilities) => string];

/** A group is stable when so many real providers have it. */
const STABLE_PROVIDERS = 2;

const yes = (holds: boolean | undefined): string => (holds === true ? 'yes' : '·');

const BEHAVIOUR: readonly Row[] = [
  ['a start after a stop', ({ restart }) => (restart === 'same' ? 'the same container' : 'a new container of the same name')],
  ['names are unique', ({ uniqueNames }) => yes(uniqueNames)],
  ['`start: false`', ({ startLater }) => yes(startLater)],
  ['deploys by image id', ({ imageIds }) => yes(imageIds)],
  ['`gracePeriodSeconds` per stop', ({ stop }) => yes(stop.gracePerCall)],
  ['others stop seeing what is destroyed', ({ destroy }) => (destroy === 'immediate' ? 'at once' : 'after a while')],
  ['log streams', ({ logs }) => logs.streams],
  ['log timestamps', ({ logs }) => logs.timestamps],
  ['empty log lines', ({ logs }) => (logs.emptyLines ? 'kept' : 'lost')],
  ['longest log line', ({ logs }) => (logs.maxLineBytes === undefined ? 'any' : `${logs.maxLineBytes} bytes, then split`)],
  ...(
    [
      ['output', ({ streams }) => streams],
      ['`tty`', ({ tty }) => tty],
      ['`stdin`', ({ stdin }) => yes(stdin)],
      ['`env`', ({ env }) => yes(env)],
      ['`workingDirectory`', ({ workingDirectory }) => yes(workingDirectory)],
      ['`user`', ({ user }) => yes(user)],
      ['exit code', ({ exitCode }) => exitCode],
      ['an abort ends', ({ abort }) => (abort === 'process' ? 'the process' : 'the connection')],
    ] as const satisfies readonly (readonly [string, (exec: NonNullable<Capabilities['exec']>) => string])[]
  ).map(([label, cell]): Row => [`exec: ${label}`, ({ exec }) => (exec === undefined ? '·' : cell(exec))]),
];

const FIELDS: readonly Row[] = DEPLOY_FIELDS.flatMap((field) => [
  [`\`${field}\``, ({ deploy }: Capabilities) => (deploy[field].support === 'unsupported' ? '·' : deploy[field].support)] as const,
  ...VALUE_ROWS.filter(([label]) => label.startsWith(`\`${field}`)),
]);

/** The tables of what each provider can do, from what the drivers declare. */
export function capabilityTables(columns: readonly Column[]): string {
  const groups: readonly Row[] = CAPABILITY_GROUPS.map((group) => [
    `\`${group}\`${isStable(group, columns) ? ', stable' : ''}`,
    (capabilities) => yes(capabilities.groups.includes(group)),
  ]);
  return [
    '### Groups of calls',
    table('`supports(driver, …)`', groups, columns),
    '### Fields of `deployContainer`',
    table('field', FIELDS, columns),
    '### Behaviour',
    table('', BEHAVIOUR, columns),
  ].join('\n\n');
}

/** Whether enough real providers have a group. */
export function isStable(group: CapabilityGroup, columns: readonly Column[]): boolean {
  const having = columns.filter(({ capabilities }) => capabilities.groups.includes(group));
  return new Set(having.flatMap(({ provider }) => (provider === undefined ? [] : [provider]))).size >= STABLE_PROVIDERS;
}

/** A table whose columns are as wide as their widest cell. */
function table(title: string, rows: readonly Row[], columns: readonly Column[]): string {
  const lines = [
    [title, ...columns.map((column) => column.title)],
    ...rows.map(([label, cell]) => [label, ...columns.map(({ capabilities }) => cell(capabilities))]),
  ];
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const printed = lines.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [printed[0], rule, ...printed.slice(1)].join('\n');
}
