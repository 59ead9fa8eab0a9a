import { EngineUnavailable } from '@cloud/test-engines';
import { describe, expect, it } from 'vitest';
import { runRow } from '../harness/run-row.js';
import { summarise } from '../harness/summary.js';
import { plainTable, tableOf } from '../harness/table.js';
import { rows } from './index.js';

const enginesRequired = (process.env['REQUIRE_ENGINES'] ?? '') !== '';

/** Benchmarks run what is built: `npm test` builds first; after a change here run `npx turbo run build`. */
describe.each(rows)('$name', (row) => {
  it('does its work at a tiny size', async (context) => {
    try {
      const result = await runRow(row, { size: 'smoke', rounds: 1, warmUpRound: false });
      expect(result.failures).toEqual([]);
      if (enginesRequired) expect(result.unavailable).toEqual([]);
      for (const { name, reason } of result.unavailable) console.warn(`${row.name}: ${name} is left out: ${reason}`);
      const ours = result.contenders.filter(({ role }) => role === 'ours');
      expect(ours.length).toBeGreaterThan(0);
      expect(plainTable(tableOf(summarise(row, result)))).toContain(ours[0]?.name);
    } catch (error) {
      if (!(error instanceof EngineUnavailable) || enginesRequired) throw error;
      context.skip(error.message);
    }
  });
});
