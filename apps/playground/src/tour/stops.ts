import { type ContainerDriver, ContainerError } from '@cloud/container-core';
import type { Session } from '../session/session.js';
import { ecsFakeStop } from './ecs-fake-stop.js';
import { prepareImage } from './prepare-image.js';

/** One provider that the tour visits. */
export interface Stop {
  /** Heading of its column. */
  readonly title: string;
  /** What it is, for people who do not know. */
  readonly about: string;
  readonly driver: ContainerDriver;
  /** Ends what was started for this stop. */
  readonly leave: () => Promise<void>;
}

/** A provider that cannot be visited here, and why. */
export interface Skipped {
  readonly title: string;
  readonly reason: string;
}

const PATIENCE_MS = 5_000;
const nothing = async () => undefined;

/** Where the tour goes, in turn: whatever can run here, and beyond this machine only where a flag says so. */
export const STOPS: readonly ((session: Session) => Promise<Stop | Skipped | undefined>)[] = [
  memoryStop,
  (session) => engineStop(session, 'docker', 'docker:'),
  ecsFakeStop,
  askedStop,
];

async function memoryStop(session: Session): Promise<Stop> {
  const driver = await session.connect({ url: 'memory:', from: 'tour' });
  return { title: 'memory', about: 'JavaScript programs in this process, no isolation', driver, leave: nothing };
}

/** An engine, if one answers that has the image or can get it. */
async function engineStop(session: Session, title: string, url: string): Promise<Stop | Skipped> {
  try {
    const driver = await session.connect({ url, from: 'tour' });
    const { name = title, version = '', endpoint = '' } = await driver.ping({ timeoutMs: PATIENCE_MS });
    const image = await prepareImage(driver);
    return { title, about: `${name} ${version} at ${endpoint}, image ${image}`, driver, leave: nothing };
  } catch (error) {
    if (!ContainerError.isInstance(error)) throw error;
    return { title, reason: error.message };
  }
}

/** The provider that --url or --profile names, unless it is one of the others. The environment alone sends the tour nowhere. */
async function askedStop(session: Session): Promise<Stop | Skipped | undefined> {
  const { url, profile } = session.flags;
  if (url === undefined && profile === undefined) return undefined;
  const target = await session.target();
  const title = target.url.split(':', 1)[0] ?? target.url;
  return ['memory:', 'docker:', 'memory', 'docker'].includes(target.url) ? undefined : engineStop(session, title, target.url);
}
