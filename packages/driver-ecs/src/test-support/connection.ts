import * as cloudwatchLogs from '@aws-sdk/client-cloudwatch-logs';
import * as ecr from '@aws-sdk/client-ecr';
import * as ecs from '@aws-sdk/client-ecs';
import { type AwsFake, type AwsFakeOptions, botocoreModel, sdkSchemaModel, startAwsFake } from '@cloud/aws-fake';
import { botocoreData } from '@cloud/test-engines';
import { onTestFinished } from 'vitest';
import type { EcsDriver } from '../ecs-driver.js';
import { ecsDriver } from '../factory.js';
import type { EcsOptions } from '../options.js';

/** Canaries: none of them may ever be seen in an error. */
export const CREDENTIALS = {
  accessKeyId: 'AKIDEXAMPLE0EXAMPLE0',
  secretAccessKey: 'canary/secret/Access/Key',
  sessionToken: 'canary-session-token',
};

const dataPath = await botocoreData();

/** What every request and reply must obey: the SDK's own schemas and, where they can be had (in CI always), botocore's models. */
export const MODELS = [sdkSchemaModel({ ecs, ecr, logs: cloudwatchLogs }), ...(dataPath === undefined ? [] : [botocoreModel(dataPath)])];

/** How tests connect to the fake: with short pauses, since its tasks live fast. */
export function optionsFor(fake: AwsFake) {
  return {
    region: fake.region,
    endpoint: fake.endpoint,
    credentials: CREDENTIALS,
    executionRoleArn: 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
    subnets: fake.network.subnets.map(({ id }) => id),
    pollInterval: { minMs: 10, maxMs: 100 },
    logDrainMs: 100,
  } satisfies EcsOptions;
}

export interface Connection {
  readonly fake: AwsFake;
  readonly driver: EcsDriver;
  /** Another connection to the same fake. */
  connect(other?: Partial<EcsOptions>): Promise<EcsDriver>;
  /** Another connection, without one of the options that tests usually give. */
  connectWithout(option: keyof EcsOptions): Promise<EcsDriver>;
}

/** A fake of the test's own, and a driver connected to it; both end with the test. */
export async function startConnection(fakeOptions: AwsFakeOptions = {}, more: Partial<EcsOptions> = {}): Promise<Connection> {
  const fake = await startAwsFake({ models: MODELS, ...fakeOptions });
  const drivers: EcsDriver[] = [];
  const connectWith = async (options: EcsOptions) => {
    const driver = await ecsDriver.connect(options);
    drivers.push(driver);
    return driver;
  };
  const connect = (other: Partial<EcsOptions> = {}) => connectWith({ ...optionsFor(fake), ...more, ...other });
  const connectWithout = (option: keyof EcsOptions) => {
    const { [option]: _left, ...options }: EcsOptions = optionsFor(fake);
    return connectWith(options);
  };
  onTestFinished(async () => {
    for (const driver of drivers) await driver.close();
    await fake.stop();
  });
  return { fake, driver: await connect(), connect, connectWithout };
}
