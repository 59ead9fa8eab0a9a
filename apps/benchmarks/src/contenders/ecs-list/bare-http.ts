import type { AwsAddress } from '../../clients/aws.js';
import { bareEcs } from '../../clients/bare-aws.js';
import { contend } from '../../harness/contend.js';

interface Page {
  readonly taskArns: readonly string[];
  readonly nextToken?: string;
}

/** Each page's description is under way while the next page is asked for. */
await contend<AwsAddress & { readonly tasks: number }>((address) => {
  const ecs = bareEcs(address);
  const list = async (desiredStatus: string) => {
    const descriptions: Promise<{ readonly tasks: readonly unknown[] }>[] = [];
    let nextToken: string | undefined;
    do {
      const page: Page = await ecs.call('ListTasks', { cluster: 'default', desiredStatus, nextToken });
      if (page.taskArns.length > 0) descriptions.push(ecs.call('DescribeTasks', { tasks: page.taskArns, include: ['TAGS'] }));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return (await Promise.all(descriptions)).reduce((sum, { tasks }) => sum + tasks.length, 0);
  };
  return {
    run: async () => {
      const [running, stopped] = await Promise.all([list('RUNNING'), list('STOPPED')]);
      if (running + stopped !== address.tasks) throw new Error(`listed ${running + stopped} tasks`);
      return { operations: 1 };
    },
    close: () => ecs.close(),
  };
});
