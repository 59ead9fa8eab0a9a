import type { DefinedDriver } from '@cloud/container-core/driver-kit';
import type { ConformanceOptions } from '@cloud/container-core/testing';
import { createMemoryEngine, type MemoryEngine, memoryDriver } from '@cloud/driver-memory';
import { afterAll, describe, expect, it } from 'vitest';
import { stepsImage, stepsPrograms } from '../../packages/driver-memory/src/test-support/steps-program.js';
import type { BrokenDriver } from './broken-drivers/broken-driver.js';
import { brokenConnections } from './broken-drivers/connections.js';
import { brokenDeploys } from './broken-drivers/deploys.js';
import { brokenErrors } from './broken-drivers/errors.js';
import { brokenExecs } from './broken-drivers/execs.js';
import { falseCapabilities } from './broken-drivers/false-capabilities.js';
import { brokenGroups } from './broken-drivers/groups.js';
import { brokenLifecycles } from './broken-drivers/lifecycles.js';
import { brokenLists } from './broken-drivers/lists.js';
import { brokenLogs } from './broken-drivers/logs.js';
import { CAPABILITIES } from './broken-drivers/memory-capabilities.js';
import { brokenRuns } from './broken-drivers/runs.js';
import { collectRows, type Rows } from './collect-rows.js';

const brokenDrivers = [
  ...brokenConnections,
  ...brokenDeploys,
  ...brokenLifecycles,
  ...brokenLists,
  ...brokenLogs,
  ...brokenErrors,
  ...brokenExecs,
  ...brokenGroups,
  ...falseCapabilities,
  ...brokenRuns,
];
/** Rows that need a suite of their own; see below. */
const FAILED_BELOW = ['outage.every-call', 'suite.nothing-left'];

const secret = { reference: 'conformance/token', value: 'conformance-value' };
const honest: BrokenDriver['with'] = () => ({});
const engines = new Set<MemoryEngine>();

afterAll(() => Promise.all([...engines].map((engine) => engine.close())));

/** The rows of the suite over a memory driver that breaks a promise. */
function rowsOver({ with: calls, profile, declares }: Omit<BrokenDriver, 'does' | 'fails'>, more: Partial<ConformanceOptions> = {}): Rows {
  const engine = createMemoryEngine({
    ...(profile === undefined ? {} : { profile }),
    images: { ...stepsImage, 'conformance/installable': () => 0 },
    secrets: { [secret.reference]: secret.value },
  });
  engines.add(engine);
  const capabilities = { ...CAPABILITIES[engine.profile], ...declares };
  return collectRows({
    capabilities,
    createDriver: async () => {
      const driver = { ...((await memoryDriver.connect({ engine, latencyMs: 1 })) as DefinedDriver), capabilities };
      return { ...driver, ...calls(driver) };
    },
    secret,
    images: { ...stepsPrograms, installable: { reference: 'conformance/installable' } },
    manyContainers: 25,
    patienceMs: 2000,
    ...more,
  });
}

/** Runs one row; fails when there is none of that id. */
function runRow(rows: Rows, id: string): Promise<void> {
  const run = rows.get(id);
  if (run === undefined) throw new Error(`There is no row ${id}.`);
  return run();
}

// The memory driver itself passes all of these rows: packages/driver-memory/src/conformance.test.ts.
describe.concurrent.each(brokenDrivers)('a driver that $does', (broken) => {
  it.each(Object.entries(broken.fails))('fails the row %s', async (id, because) => {
    const failure = await runRow(rowsOver(broken), id).then(
      () => 'It passes.',
      (error: Error) => error.message,
    );
    expect(failure).toContain(because);
  });
});

describe('the suite', () => {
  it('has no row that every broken driver passes', () => {
    const failed = new Set([...brokenDrivers.flatMap(({ fails }) => Object.keys(fails)), ...FAILED_BELOW]);
    const declares = falseCapabilities.map((broken) => broken.declares ?? {});
    const suites = [
      rowsOver({ with: honest }, { createUnreachableDriver: () => Promise.reject(new Error('never made')) }),
      rowsOver({ with: honest, profile: 'tasks' }),
      ...declares.map((more) => rowsOver({ with: honest, declares: more })),
    ];
    const rows = new Set(suites.flatMap((suite) => [...suite.keys()]));
    expect([...rows].filter((id) => !failed.has(id))).toEqual([]);
  });

  it('finds an outage that is shown as an empty list', async () => {
    const unreachable = async () => (await memoryDriver.connect({ failures: [{ code: 'unavailable' }] })) as DefinedDriver;
    await runRow(rowsOver({ with: honest }, { createUnreachableDriver: unreachable }), 'outage.every-call');
    const swallowing = async () => {
      const driver = await unreachable();
      return { ...driver, listContainers: () => Object.assign(Promise.resolve([]), { async *[Symbol.asyncIterator]() {} }) };
    };
    const rows = rowsOver({ with: honest }, { createUnreachableDriver: swallowing });
    await expect(runRow(rows, 'outage.every-call')).rejects.toThrow('listContainers was carried out although nothing answers');
  });

  it('finds what is left at the end, and takes it away', async () => {
    let broken = true;
    const rows = rowsOver({
      with: (driver) => ({
        destroyContainer: async (reference, options) => {
          if (!broken) await driver.destroyContainer(reference, options);
        },
      }),
    });
    await runRow(rows, 'deploy.result');
    broken = false;
    await expect(runRow(rows, 'suite.nothing-left')).rejects.toThrow('deploy.result');
    await runRow(rows, 'suite.nothing-left');
  });

  it("finds the provider's own leftovers", async () => {
    const rows = rowsOver({ with: honest }, { leftovers: async () => ['volume 7'] });
    await expect(runRow(rows, 'suite.nothing-left')).rejects.toThrow('volume 7');
  });

  it('finds a secret of the connection in any error', async () => {
    const rows = rowsOver({ with: honest }, { secrets: ['no container'] });
    await expect(runRow(rows, 'get.miss')).rejects.toThrow('A secret can be seen in an error');
  });

  it('lets an excused row fail, and only fail', async () => {
    const broken: BrokenDriver['with'] = (driver) => ({ capabilities: { ...driver.capabilities, uniqueNames: false } });
    const exceptions = { 'connection.declaration': 'it is under construction' };
    await runRow(rowsOver({ with: broken }, { exceptions }), 'connection.declaration');
    await expect(runRow(rowsOver({ with: honest }, { exceptions }), 'connection.declaration')).rejects.toThrow('take the exception away');
    const lenient = { 'connection.declaration': { reason: 'now and then', mayPass: true } };
    await runRow(rowsOver({ with: honest }, { exceptions: lenient }), 'connection.declaration');
  });

  it('knows no exception from a row that is not there', () => {
    expect(() => rowsOver({ with: honest }, { exceptions: { 'no.such-row': 'why not' } })).toThrow('no.such-row');
  });
});
