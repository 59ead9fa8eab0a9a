import type { AwsAddress } from '../../clients/aws.js';
import { bareEcs } from '../../clients/bare-aws.js';
import { contend } from '../../harness/contend.js';

interface Page {
  readonly taskArns: readonly string[];
  readonly nextToken?: string;
}

/** The next page is asked for as soon as there is its token, and each page described while that is under way. */
await contend<AwsAddress & { readonly tasks: number }>((address) => {
  const ecs = bareEcs(address);
  const list = async (desiredStatus: string) => {
    const descriptions: Promise<{ readonly tasks: readonly unknown[] }>[] = [];
    const page = (nextToken?: string) => ecs.call<Page>('ListTasks', { cluster: 'default', desiredStatus, nextToken });
    let next: Promise<Page> | undefined = page();
    while (next !== undefined) {
      const { taskArns, nextToken }: Page = await next;
      next = nextToken === undefined ? undefined : page(nextToken);
      if (taskArns.length > 0) descriptions.push(ecs.call('DescribeTasks', { tasks: taskArns, include: ['TAGS'] }));
    }
    return (await Promise.all(descriptions)).reduce((sum, { tasks }) => sum + tasks.length, 0);
  };
  return {
    warmUp: () => ecs.call('ListClusters', {}),
    run: async () => {
      const [running, stopped] = await Promise.all([list('RUNNING'), list('STOPPED')]);
      if (running + stopped !== address.tasks) throw new Error(`listed ${running + stopped} tasks`);
      return { operations: 1 };
    },
    close: () => ecs.close(),
  };
});
