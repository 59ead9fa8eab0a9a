import { type ConformanceOptions, containerDriverConformance } from '@cloud/container-core/testing';
import { expect } from 'vitest';

/** The tests of the suite by the id of their row. */
export type Rows = ReadonlyMap<string, () => Promise<void>>;

/** Defines the suite with a runner that only collects: the tests by the id of their row, to be run at will. */
export function collectRows(options: Omit<ConformanceOptions, 'describe' | 'it' | 'expect' | 'name'>): Rows {
  const rows = new Map<string, () => Promise<void>>();
  containerDriverConformance({
    ...options,
    name: 'collected',
    expect,
    describe: (_name, define) => define(),
    it: (title, run) => {
      const id = /^\[([^\]]+)\]/.exec(title)?.[1];
      if (id === undefined || rows.has(id)) throw new Error(`Every row needs an id of its own: ${title}`);
      rows.set(id, run);
    },
  });
  return rows;
}
