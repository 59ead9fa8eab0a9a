import type { Container } from '@cloud/container-core';
import type { EcsDriver } from '@cloud/driver-ecs';
import { failureOf } from './failure-of.js';

/** A followed log and a wait that are under way when the host vanishes, and calls that begin after that; the code that each fails with. */
export async function callsOfVanishedAws(
  driver: EcsDriver,
  container: Container,
  ready: () => Promise<void>,
): Promise<Readonly<Record<string, string>>> {
  const timeoutMs = 600_000;
  let seen = () => {};
  const seenLine = new Promise<void>((resolve) => {
    seen = resolve;
  });
  const follow = async function* () {
    for await (const entry of driver.getContainerLogs(container, { follow: true })) {
      seen();
      yield entry;
    }
  };
  const pending: Record<string, Promise<{ readonly code: string }>> = {
    'logs, followed': failureOf(follow()),
    wait: failureOf(driver.waitForContainer(container, { until: 'stopped' })),
  };
  await seenLine;
  await ready();
  pending['get, later'] = failureOf(driver.getContainer(container, { timeoutMs }));
  pending['list, later'] = failureOf(driver.listContainers({ timeoutMs }));
  const codes: Record<string, string> = {};
  for (const [what, failure] of Object.entries(pending)) codes[what] = (await failure).code;
  return codes;
}
