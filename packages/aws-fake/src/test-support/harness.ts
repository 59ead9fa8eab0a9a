import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Task,
} from '@aws-sdk/client-ecs';
import { onTestFinished } from 'vitest';
import { type AwsFake, type AwsFakeOptions, startAwsFake } from '../start-aws-fake.js';
import { models } from './models.js';

export const clientSettings = (fake: AwsFake) => ({
  region: fake.region,
  endpoint: fake.endpoint,
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example', sessionToken: 'session' },
  // What the fake answers is what is tested, not how the SDK repeats itself.
  maxAttempts: 1,
});

/** A fake of its own for the test, with an ECS client and the things that most tests begin with. */
export async function startHarness(options: AwsFakeOptions = {}) {
  const fake = await startAwsFake({ models: await models(), ...options });
  const ecs = new ECSClient(clientSettings(fake));
  onTestFinished(async () => {
    ecs.destroy();
    await fake.stop();
  });
  const subnets = fake.network.subnets.map((subnet) => subnet.id);

  return {
    fake,
    ecs,
    network: { awsvpcConfiguration: { subnets, assignPublicIp: 'ENABLED' } } as const,
    async register(family = 'web', container: object = {}): Promise<string> {
      const reply = await ecs.send(
        new RegisterTaskDefinitionCommand({
          family,
          networkMode: 'awsvpc',
          requiresCompatibilities: ['FARGATE'],
          cpu: '256',
          memory: '512',
          executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
          containerDefinitions: [{ name: 'main', image: 'nginx:1.27', ...container }],
        }),
      );
      return reply.taskDefinition?.taskDefinitionArn ?? '';
    },
    run(input: Partial<RunTaskCommandInput> = {}) {
      return ecs.send(new RunTaskCommand({ taskDefinition: 'web', launchType: 'FARGATE', networkConfiguration: this.network, ...input }));
    },
    async arnOfRun(input: Partial<RunTaskCommandInput> = {}): Promise<string> {
      return (await this.run(input)).tasks?.[0]?.taskArn ?? '';
    },
    async describe(task: string, cluster?: string): Promise<Task> {
      const reply = await ecs.send(
        new DescribeTasksCommand({ tasks: [task], include: ['TAGS'], ...(cluster === undefined ? {} : { cluster }) }),
      );
      const [found] = reply.tasks ?? [];
      if (found === undefined) throw new Error(`DescribeTasks: ${JSON.stringify(reply.failures)}`);
      return found;
    },
    async until(task: string, status: string): Promise<Task> {
      for (;;) {
        const found = await this.describe(task);
        if (found.lastStatus === status) return found;
        await sleep(5);
      }
    },
  };
}
