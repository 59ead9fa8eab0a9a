import { DescribeTasksCommand, ECSClient, ListClustersCommand, ListTasksCommand, type ListTasksCommandOutput } from '@aws-sdk/client-ecs';
import { type AwsAddress, sdkSettings } from '../../clients/aws.js';
import { contend } from '../../harness/contend.js';

/** As the SDK's documentation shows it: a page, its description, the next page. */
await contend<AwsAddress & { readonly tasks: number }>((address) => {
  const ecs = new ECSClient(sdkSettings(address));
  return {
    warmUp: () => ecs.send(new ListClustersCommand({})),
    async run() {
      let tasks = 0;
      for (const desiredStatus of ['RUNNING', 'STOPPED'] as const) {
        let nextToken: string | undefined;
        do {
          const page: ListTasksCommandOutput = await ecs.send(new ListTasksCommand({ desiredStatus, nextToken }));
          if ((page.taskArns ?? []).length > 0) {
            const described = await ecs.send(new DescribeTasksCommand({ tasks: page.taskArns, include: ['TAGS'] }));
            tasks += described.tasks?.length ?? 0;
          }
          nextToken = page.nextToken;
        } while (nextToken !== undefined);
      }
      if (tasks !== address.tasks) throw new Error(`listed ${tasks} tasks`);
      return { operations: 1 };
    },
    close: () => ecs.destroy(),
  };
});
