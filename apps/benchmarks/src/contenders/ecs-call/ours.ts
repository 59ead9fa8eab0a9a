import type { AwsAddress } from '../../clients/aws.js';
import { ourEcs } from '../../clients/our-ecs.js';
import { contend, repeated } from '../../harness/contend.js';

await contend<AwsAddress & { readonly task: string; readonly calls: number }>(async (input) => {
  const driver = await ourEcs(input);
  return { ...repeated(input.calls, () => driver.getContainer(input.task)), close: () => driver.close() };
});
