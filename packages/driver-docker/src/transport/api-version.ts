import { ContainerError } from '@cloud/container-core';

/** The newest version of the Engine API whose shapes this driver knows (Docker Engine 29). */
export const NEWEST_API_VERSION = '1.52';
/** The oldest (Docker Engine 20.10, podman 4): `platform` of a create, and cgroup v2 in stats. */
export const OLDEST_API_VERSION = '1.41';

/** Compares by number: 1.9 is older than 1.10. */
export function compareVersions(left: string, right: string): number {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number);
  return leftMajor - rightMajor || leftMinor - rightMinor;
}

/** The version to speak with an engine whose newest is `engine`. */
export function agreeOnVersion(engine: string): string {
  if (!/^\d+\.\d+$/.test(engine)) throw mismatch(`the engine calls its API version ${JSON.stringify(engine.slice(0, 20))}`);
  if (compareVersions(engine, OLDEST_API_VERSION) < 0) {
    throw mismatch(`the engine speaks API ${engine}, and this driver ${OLDEST_API_VERSION} at the oldest; update the engine`);
  }
  return compareVersions(engine, NEWEST_API_VERSION) > 0 ? NEWEST_API_VERSION : engine;
}

function mismatch(why: string): ContainerError {
  return new ContainerError('unsupported', `There is no API version to agree on: ${why}.`);
}

/** What engines say to a request in a version that they do not speak (any more). */
export function isVersionRefusal(status: number, reason: string): boolean {
  return status === 400 && /client version \S+ is too (old|new)/i.test(reason);
}
