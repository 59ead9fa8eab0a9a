import type { DeployOptions, PortMapping } from '@cloud/container-core';
import { type Command, Option } from 'commander';
import { collectPair, collectPort, collectVariable, parseMemory, parseNumber } from './arguments.js';

/** What `deploy`, `run`, `swap` and `services deploy` take alike. */
export interface DeployFlags {
  readonly name?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly publish?: readonly PortMapping[];
  readonly cpu?: number;
  readonly memory?: number;
  readonly label?: Readonly<Record<string, string>>;
  readonly cluster?: string;
  readonly platform?: string;
  readonly pull?: 'missing' | 'always' | 'never';
  readonly health?: string;
}

export function addDeployFlags(command: Command): Command {
  return command
    .option('-n, --name <name>', 'its name; made up when absent')
    .option('-e, --env <key=value>', 'environment variable (repeat it for more)', collectVariable)
    .option('-p, --publish <port>', '[[ADDRESS:]HOST:]CONTAINER, on loopback unless an address is given (repeat)', collectPort)
    .option('--cpu <number>', 'vCPUs, such as 0.25', parseNumber)
    .option('--memory <size>', 'memory limit, such as 512m', parseMemory)
    .option('-l, --label <key=value>', 'label (repeat)', collectPair)
    .option('--cluster <name>', 'where to run it, on providers with clusters')
    .option('--platform <platform>', 'such as linux/arm64')
    .option('--health <command>', 'health check, run by sh: exit code 0 is healthy')
    .addOption(new Option('--pull <when>', 'when to pull the image').choices(['missing', 'always', 'never']));
}

/** The options of a deploy, as the flags say; what is not given is left to the provider. */
export function deployOptions(image: string, command: readonly string[], flags: DeployFlags): DeployOptions {
  return { image, ...deployChanges(command, flags) };
}

/** Only what the flags say. */
export function deployChanges(command: readonly string[], flags: DeployFlags): Partial<DeployOptions> {
  return definedOnly({
    name: flags.name,
    command: command.length === 0 ? undefined : command,
    env: flags.env,
    ports: flags.publish,
    cpu: flags.cpu,
    memoryMiB: flags.memory,
    labels: flags.label,
    cluster: flags.cluster,
    platform: flags.platform,
    pullPolicy: flags.pull,
    healthCheck: flags.health === undefined ? undefined : { command: ['sh', '-c', flags.health], intervalSeconds: 5 },
  });
}

/** Leaves out what is `undefined`, so that drivers see only what was asked for. */
function definedOnly<T extends object>(value: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}
