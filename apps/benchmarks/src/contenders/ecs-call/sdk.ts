import { DescribeTasksCommand, ECSClient } from '@aws-sdk/client-ecs';
import { type AwsAddress, sdkSettings } from '../../clients/aws.js';
import { contend, repeated } from '../../harness/contend.js';

await contend<AwsAddress & { readonly task: string; readonly calls: number }>((input) => {
  const ecs = new ECSClient(sdkSettings(input));
  const describe = () => ecs.send(new DescribeTasksCommand({ cluster: 'default', tasks: [input.task], include: ['TAGS'] }));
  return { ...repeated(input.calls, describe), close: () => ecs.destroy() };
});
