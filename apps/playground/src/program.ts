import type { CapabilityGroup } from '@cloud/container-core';
import { Command } from 'commander';
import { parseDeadline } from './commands/arguments.js';
import { clustersCommand } from './commands/clusters.js';
import { cpCommand } from './commands/cp.js';
import { deployCommand } from './commands/deploy.js';
import { eventsCommand } from './commands/events.js';
import { execCommand } from './commands/exec.js';
import { hubCommand } from './commands/hub.js';
import { imagesCommand } from './commands/images.js';
import { initCommand } from './commands/init.js';
import { inspectCommand } from './commands/inspect.js';
import { killCommand } from './commands/kill.js';
import { restartCommand, startCommand, stopCommand } from './commands/lifecycle.js';
import { locationsCommand } from './commands/locations.js';
import { logsCommand } from './commands/logs.js';
import { mirrorCommand } from './commands/mirror.js';
import { pauseCommand, resumeCommand } from './commands/pause.js';
import { providersCommand } from './commands/providers.js';
import { psCommand } from './commands/ps.js';
import { pullCommand } from './commands/pull.js';
import { registryCommand } from './commands/registry.js';
import { rmCommand } from './commands/rm.js';
import { rmiCommand } from './commands/rmi.js';
import { runCommand } from './commands/run.js';
import { servicesCommand } from './commands/services.js';
import { type RunLine, shellCommand } from './commands/shell.js';
import { statsCommand } from './commands/stats.js';
import { swapCommand } from './commands/swap.js';
import { tourCommand } from './commands/tour.js';
import { trustCommand } from './commands/trust.js';
import { waitCommand } from './commands/wait.js';
import { OWN_FAILURE } from './exit-codes.js';
import { oneLine } from './output/terminal-text.js';
import type { GlobalFlags, Session } from './session/session.js';

/** A command of the playground. */
export interface CommandEntry {
  readonly create: (session: Session, runLine: RunLine) => Command;
  readonly section: string;
  /** The calls that it needs; providers without them do not show it. */
  readonly group?: CapabilityGroup;
  /** What it ends with when it, and not the container, fails. */
  readonly failureCode?: typeof OWN_FAILURE;
}

const BEGIN = 'Begin here:';
const CONTAINERS = 'Containers:';
const IMAGES = 'Images:';
const REGISTRIES = 'Registries, without a provider:';
const CLOUD = 'Clusters and services:';

export const COMMANDS: readonly CommandEntry[] = [
  { create: tourCommand, section: BEGIN },
  { create: providersCommand, section: BEGIN },
  { create: shellCommand, section: BEGIN },
  { create: initCommand, section: BEGIN },
  { create: trustCommand, section: BEGIN },
  { create: runCommand, section: CONTAINERS, failureCode: OWN_FAILURE },
  { create: deployCommand, section: CONTAINERS },
  { create: psCommand, section: CONTAINERS },
  { create: inspectCommand, section: CONTAINERS },
  { create: logsCommand, section: CONTAINERS },
  { create: waitCommand, section: CONTAINERS },
  { create: startCommand, section: CONTAINERS },
  { create: stopCommand, section: CONTAINERS },
  { create: restartCommand, section: CONTAINERS },
  { create: rmCommand, section: CONTAINERS },
  { create: swapCommand, section: CONTAINERS },
  { create: execCommand, section: CONTAINERS, group: 'exec', failureCode: OWN_FAILURE },
  { create: statsCommand, section: CONTAINERS, group: 'stats' },
  { create: eventsCommand, section: CONTAINERS, group: 'events' },
  { create: cpCommand, section: CONTAINERS, group: 'files' },
  { create: pauseCommand, section: CONTAINERS, group: 'pause' },
  { create: resumeCommand, section: CONTAINERS, group: 'pause' },
  { create: killCommand, section: CONTAINERS, group: 'signals' },
  { create: imagesCommand, section: IMAGES, group: 'images' },
  { create: pullCommand, section: IMAGES, group: 'images' },
  { create: rmiCommand, section: IMAGES, group: 'images' },
  { create: mirrorCommand, section: IMAGES },
  { create: hubCommand, section: REGISTRIES },
  { create: registryCommand, section: REGISTRIES },
  { create: clustersCommand, section: CLOUD, group: 'clusters' },
  { create: locationsCommand, section: CLOUD, group: 'locations' },
  { create: servicesCommand, section: CLOUD, group: 'services' },
];

const AFTER_HELP = `
Where to connect to: --url or --profile, else CLOUD_CONTAINER_URL, else the default profile of cloud-container.json
in this directory (used only after the command trust), else memory:
  memory:                      JavaScript programs in this process
  docker:   docker:///path/to.sock   docker+ssh://user@host   podman:
  ecs://REGION/CLUSTER         an AWS account; never reached unless a URL or a profile says so
Exit codes: run and exec end with the container's code, 125 when they fail themselves; else 0, 1 failure, 2 usage,
130 interrupted, 129 terminal closed, 143 terminated.`;

/** Who the program is for: what it offers depends on what the provider has. */
export interface Audience {
  readonly provider: string;
  readonly groups: readonly CapabilityGroup[];
}

/**
 * Makes the program. With an audience, help shows what that provider supports and names the rest.
 *
 * @param runLine runs the command lines of the shell, each with a program like this one
 */
export function createProgram(session: Session, runLine: RunLine, audience?: Audience): Command {
  const program = new Command('playground')
    .description('One API, any provider: run containers in this process, on Docker, Podman or Amazon ECS.')
    .option('--url <url>', 'where to connect to')
    .option('--profile <name>', 'a profile of cloud-container.json')
    .option('--json', 'one JSON document on stdout, or JSON lines for streams')
    .option('--timeout <duration>', 'deadline of each call, such as 30s or 2m', parseDeadline)
    .option('--verbose', 'with errors, what caused them')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .hook('preAction', () => session.configure(program.opts<GlobalFlags>()));

  const missing: string[] = [];
  for (const { create, section, group, failureCode } of COMMANDS) {
    const command = create(session, runLine).helpGroup(section).copyInheritedSettings(program);
    forEach(command, (each) => {
      each.hook('preAction', () => {
        session.failureCode = failureCode;
      });
      each.exitOverride((error) => {
        session.failureCode = failureCode;
        throw error;
      });
    });
    const unsupported = audience !== undefined && group !== undefined && !audience.groups.includes(group);
    if (unsupported) {
      missing.push(command.name());
      command.addHelpText('after', `\nThe provider ${oneLine(audience.provider)} does not support this: it has no ${group}.`);
    }
    program.addCommand(command, { hidden: unsupported });
  }
  if (missing.length > 0) program.addHelpText('after', `\nNot supported by ${oneLine(audience?.provider ?? '')}: ${missing.join(', ')}.`);
  return program.addHelpText('after', AFTER_HELP);
}

function forEach(command: Command, act: (command: Command) => void): void {
  act(command);
  for (const inner of command.commands) forEach(inner, act);
}
