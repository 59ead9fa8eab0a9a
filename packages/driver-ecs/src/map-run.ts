import type { NetworkConfiguration, RunTaskCommandInput } from '@aws-sdk/client-ecs';
import type { LaunchPlan } from './launch-plan.js';

/** What RunTask and CreateService take besides the definition: where to run, and in which network. */
export type RunParameters = Pick<
  RunTaskCommandInput,
  'launchType' | 'capacityProviderStrategy' | 'platformVersion' | 'networkConfiguration' | 'enableExecuteCommand' | 'tags'
>;

/** @param network what an `awsvpc` task is attached to; absent in the other network modes */
export function runParameters({ settings, launchType }: LaunchPlan, network: NetworkConfiguration | undefined): RunParameters {
  const tags = Object.entries(settings.tags ?? {}).map(([key, value]) => ({ key, value }));
  return {
    ...(launchType === undefined ? {} : { launchType }),
    ...(settings.capacityProviderStrategy === undefined
      ? {}
      : { capacityProviderStrategy: settings.capacityProviderStrategy.map((item) => ({ ...item })) }),
    ...(settings.platformVersion === undefined ? {} : { platformVersion: settings.platformVersion }),
    ...(network === undefined ? {} : { networkConfiguration: network }),
    ...(settings.enableExecuteCommand === undefined ? {} : { enableExecuteCommand: settings.enableExecuteCommand }),
    ...(tags.length === 0 ? {} : { tags }),
  };
}
