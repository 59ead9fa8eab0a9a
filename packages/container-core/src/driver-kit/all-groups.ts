import type { CapabilityGroup } from '../types/capabilities.js';
import type { GroupInterfaces } from '../types/groups.js';

/** Every call of every group; those that a provider does not have throw `unsupported`. */
export type AllGroups = {
  [Group in CapabilityGroup]: GroupInterfaces[Group];
}[CapabilityGroup] extends infer Union
  ? (Union extends unknown ? (member: Union) => void : never) extends (member: infer Intersection) => void
    ? Intersection
    : never
  : never;
