import { ECS } from '@aws-sdk/client-ecs';
import { type AwsFake, type AwsFakeOptions, startAwsFake } from '@cloud/aws-fake';
import { type EcsDriver, type EcsOptions, ecsDriver } from '@cloud/driver-ecs';
import { type HttpFaultProxy, startHttpFaultProxy } from '@cloud/test-engines';

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-access-key', sessionToken: 'session-token' };

/** The strict fake of AWS, with a fault proxy in front of it. */
export interface ProxiedAws extends AsyncDisposable {
  readonly fake: AwsFake;
  readonly proxy: HttpFaultProxy;
  /** A driver that goes through the proxy, with short pauses. */
  connect(options?: EcsOptions): Promise<EcsDriver>;
  /** Tasks that run, active definitions and services, asked beside the driver. */
  left(): Promise<string[]>;
}

/** How tests connect to an endpoint of the fake. */
export function awsOptions(endpoint: string): EcsOptions {
  return {
    region: 'us-east-1',
    endpoint,
    credentials: CREDENTIALS,
    pollInterval: { minMs: 10, maxMs: 50 },
    logDrainMs: 50,
    retry: { retries: 1 },
    executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  };
}

export async function startProxiedAws(options: AwsFakeOptions = {}): Promise<ProxiedAws> {
  const fake = await startAwsFake(options);
  const { hostname: host, port } = new URL(fake.endpoint);
  const proxy = await startHttpFaultProxy({ target: { host, port: Number(port) } });
  return {
    fake,
    proxy,
    connect: (more = {}) => ecsDriver.connect({ ...awsOptions(`http://${proxy.host}`), ...more }),
    left: () => leftAt(fake.endpoint),
    [Symbol.asyncDispose]: async () => {
      await proxy.stop();
      await fake.stop();
    },
  };
}

/** Tasks that run, active definitions and services of an account, asked beside the driver. */
async function leftAt(endpoint: string): Promise<string[]> {
  const ecs = new ECS({ region: 'us-east-1', endpoint, credentials: CREDENTIALS });
  try {
    const { taskArns = [] } = await ecs.listTasks({ desiredStatus: 'RUNNING' });
    const { taskDefinitionArns = [] } = await ecs.listTaskDefinitions({ status: 'ACTIVE' });
    const { serviceArns = [] } = await ecs.listServices({});
    return [...taskArns, ...taskDefinitionArns, ...serviceArns];
  } finally {
    ecs.destroy();
  }
}
