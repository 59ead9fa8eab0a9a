// A module that nothing loads before its first use.
export { memoryDriver as driver } from '@cloud/driver-memory';
