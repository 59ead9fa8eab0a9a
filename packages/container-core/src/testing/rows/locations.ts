import type { ConformanceOptions } from '../conformance-options.js';
import type { Row } from '../row.js';
import { collect } from '../row-context.js';

/** Rows about the group `locations`. */
export function locationRows({ capabilities }: ConformanceOptions): readonly Row[] {
  if (!capabilities.groups.includes('locations')) return [];
  return [
    {
      id: 'locations.list',
      promise: 'there is at least one location, each listed once, awaited and page by page',
      run: async (row) => {
        const listing = row.driver.listLocations();
        const ids = (await listing).map(({ id }) => id);
        row.expect(ids.length > 0 && ids.every((id) => id !== '')).toBe(true);
        row.expect(new Set(ids).size).toBe(ids.length);
        row.expect((await collect(listing)).map(({ id }) => id)).toEqual(ids);
      },
    },
  ];
}
