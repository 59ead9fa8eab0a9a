import type { AwsAddress } from '../../clients/aws.js';
import { bareEcs } from '../../clients/bare-aws.js';
import { contend, repeated } from '../../harness/contend.js';

await contend<AwsAddress & { readonly task: string; readonly calls: number }>((input) => {
  const ecs = bareEcs(input);
  const describe = () => ecs.call('DescribeTasks', { cluster: 'default', tasks: [input.task], include: ['TAGS'] });
  return { ...repeated(input.calls, describe), close: () => ecs.close() };
});
