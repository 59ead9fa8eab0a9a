import type { Location } from '@cloud/container-core';
import type { OperationContext } from '@cloud/container-core/driver-kit';
import type { EcsSession } from '../session/session.js';
import { REGION_NAMES } from './region-names.js';

/** The regions that the account may use. */
export async function* listLocations(session: EcsSession, context: OperationContext): AsyncGenerator<readonly Location[]> {
  const { Regions = [] } = await session.aws.ec2('describeRegions', {}, context);
  yield Regions.flatMap(({ RegionName }) => (RegionName === undefined ? [] : [toLocation(RegionName)])).sort((left, right) =>
    left.id < right.id ? -1 : 1,
  );
}

function toLocation(id: string): Location {
  const known = REGION_NAMES[id];
  return known === undefined ? { id, name: id } : { id, name: known[0], country: known[1] };
}
