import { createDriverRegistry, type DriverFactory } from '@cloud/container-core';
import { readInput } from '../../harness/child-process-side.js';

const { drivers } = readInput<{ readonly drivers: Readonly<Record<string, string>> }>();

/** A program with every driver at hand and none in use: what is not connected to is not loaded. */
createDriverRegistry(
  Object.fromEntries(
    Object.entries(drivers).map(([name, url]) => [
      name,
      () => import(url).then((module: Readonly<Record<string, DriverFactory>>) => module[`${name}Driver`] as DriverFactory),
    ]),
  ),
);
