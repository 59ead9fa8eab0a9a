import { ECSClient, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { startAwsFake } from '@cloud/aws-fake';
import { type AwsAddress, sdkSettings } from '../clients/aws.js';
import { serve } from '../harness/serve.js';

interface FakeInput {
  readonly tasks: number;
  readonly definitions: number;
  readonly latencyMs: number;
}

/** The strict fake of Amazon ECS with running tasks, all of whose definitions and tasks have labels. */
await serve<FakeInput>(async ({ tasks, definitions, latencyMs }) => {
  const fake = await startAwsFake({ taskTimes: { provisioning: 1, pending: 1, activating: 1 } });
  const address: AwsAddress = { endpoint: fake.endpoint, region: fake.region };
  const ecs = new ECSClient(sdkSettings(address));
  const subnets = fake.network.subnets.map(({ id }) => id);
  const families = Array.from({ length: definitions }, (_, index) => `service-${index}`);
  await Promise.all(families.map((family) => ecs.send(new RegisterTaskDefinitionCommand(definition(family)))));
  const started: string[] = [];
  const waiting = Array.from({ length: Math.ceil(tasks / 10) }, (_, index) => index);
  const worker = async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const { tasks: launched = [] } = await ecs.send(
        new RunTaskCommand({
          taskDefinition: families[index % families.length],
          count: Math.min(10, tasks - index * 10),
          launchType: 'FARGATE',
          networkConfiguration: { awsvpcConfiguration: { subnets, assignPublicIp: 'ENABLED' } },
          tags: [{ key: 'team', value: 'payments' }],
        }),
      );
      started.push(...launched.map(({ taskArn = '' }) => taskArn));
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  ecs.destroy();
  fake.latencyMs = latencyMs;
  return { address: { ...address, task: started[0] }, close: () => fake.stop() };
});

function definition(family: string) {
  return {
    family,
    networkMode: 'awsvpc' as const,
    requiresCompatibilities: ['FARGATE' as const],
    cpu: '256',
    memory: '512',
    executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
    containerDefinitions: [{ name: 'main', image: 'nginx:1.27', essential: true, dockerLabels: { team: 'payments', family } }],
    tags: [{ key: 'team', value: 'payments' }],
  };
}
