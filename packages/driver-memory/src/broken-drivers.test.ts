import type { DefinedDriver } from '@cloud/container-core/driver-kit';
import type { ConformanceOptions } from '@cloud/container-core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { engineCapabilities } from './capabilities.js';
import { createMemoryEngine, type MemoryEngine } from './engine/memory-engine.js';
import { memoryDriver } from './factory.js';
import type { Cheat } from './test-support/cheats/cheat.js';
import { errorCheats } from './test-support/cheats/error-cheats.js';
import { execCheats } from './test-support/cheats/exec-cheats.js';
import { lifecycleCheats } from './test-support/cheats/lifecycle-cheats.js';
import { listCheats } from './test-support/cheats/list-cheats.js';
import { logCheats } from './test-support/cheats/log-cheats.js';
import { collectRows } from './test-support/collect-rows.js';
import { stepsImage, stepsPrograms } from './test-support/steps-program.js';

const honest: Cheat['with'] = () => ({});
let engine: MemoryEngine | undefined;

afterEach(() => engine?.close());

/** The rows of the suite over a memory driver that cheats. */
function rowsOver(cheat: Cheat['with'], more: Partial<ConformanceOptions> = {}): ReadonlyMap<string, () => Promise<void>> {
  const shared = createMemoryEngine({ images: stepsImage });
  engine = shared;
  const connect = async () => {
    const driver = (await memoryDriver.connect({ engine: shared, latencyMs: 1 })) as DefinedDriver;
    return { ...driver, ...cheat(driver) };
  };
  return collectRows({
    capabilities: engineCapabilities,
    createDriver: connect,
    images: stepsPrograms,
    manyContainers: 25,
    patienceMs: 400,
    ...more,
  });
}

/** Runs one row; fails when there is none of that id. */
function runRow(rows: ReadonlyMap<string, () => Promise<void>>, id: string): Promise<void> {
  const run = rows.get(id);
  if (run === undefined) throw new Error(`There is no row ${id}.`);
  return run();
}

describe.each([...lifecycleCheats, ...listCheats, ...logCheats, ...errorCheats, ...execCheats])('a driver that $does', (cheat) => {
  it(`fails the row ${cheat.row}, which an honest one passes`, async () => {
    await runRow(rowsOver(honest), cheat.row);
    await engine?.close();
    await expect(runRow(rowsOver(cheat.with), cheat.row)).rejects.toThrow();
  });
});

describe('the suite', () => {
  it('finds an outage that is shown as an empty list', async () => {
    const unreachable = async () => (await memoryDriver.connect({ failures: [{ code: 'unavailable' }] })) as DefinedDriver;
    await runRow(rowsOver(honest, { createUnreachableDriver: unreachable }), 'outage.every-call');
    await engine?.close();
    const swallowing = async () => {
      const driver = await unreachable();
      return { ...driver, listContainers: () => Object.assign(Promise.resolve([]), { async *[Symbol.asyncIterator]() {} }) };
    };
    const rows = rowsOver(honest, { createUnreachableDriver: swallowing });
    await expect(runRow(rows, 'outage.every-call')).rejects.toThrow('listContainers was carried out although nothing answers');
  });

  it('finds what is left at the end, and takes it away', async () => {
    let cheating = true;
    const rows = rowsOver((driver) => ({
      destroyContainer: async (reference, options) => {
        if (!cheating) await driver.destroyContainer(reference, options);
      },
    }));
    await runRow(rows, 'deploy.result');
    cheating = false;
    await expect(runRow(rows, 'suite.nothing-left')).rejects.toThrow('deploy.result');
    await runRow(rows, 'suite.nothing-left');
  });

  it("finds the provider's own leftovers", async () => {
    const rows = rowsOver(honest, { leftovers: async () => ['volume 7'] });
    await expect(runRow(rows, 'suite.nothing-left')).rejects.toThrow('volume 7');
  });

  it('finds a secret of the connection in any error', async () => {
    const rows = rowsOver(honest, { secrets: ['no container'] });
    await expect(runRow(rows, 'get.miss')).rejects.toThrow('A secret can be seen in an error');
  });

  it('lets an excused row fail, and only fail', async () => {
    const cheat: Cheat['with'] = (driver) => ({ capabilities: { ...driver.capabilities, uniqueNames: false } });
    const exceptions = { 'connection.declaration': 'it is under construction' };
    await runRow(rowsOver(cheat, { exceptions }), 'connection.declaration');
    await engine?.close();
    await expect(runRow(rowsOver(honest, { exceptions }), 'connection.declaration')).rejects.toThrow('take the exception away');
    await engine?.close();
    const lenient = { 'connection.declaration': { reason: 'now and then', mayPass: true } };
    await runRow(rowsOver(honest, { exceptions: lenient }), 'connection.declaration');
  });

  it('knows no exception from a row that is not there', () => {
    expect(() => rowsOver(honest, { exceptions: { 'no.such-row': 'why not' } })).toThrow('no.such-row');
  });
});
