import { ContainerError } from '@cloud/container-core';
import { PROVIDERS } from '../connection/providers.js';
import { type Target, unasked } from '../connection/target.js';
import type { Session } from '../session/session.js';
import { ecsFakeStop } from './ecs-fake-stop.js';
import { prepareImage } from './prepare-image.js';
import type { Skipped, Stop } from './stop.js';

const PATIENCE_MS = 5_000;
const nothing = async () => undefined;

/** Looks for one stop; `undefined` when there is no question of it. */
type FindStop = (session: Session) => Promise<Stop | Skipped | undefined>;

/** Where the tour goes, in turn: whatever can run here, and beyond this machine only where a flag says so. */
export const STOPS: readonly FindStop[] = [memoryStop, localEngine('docker'), localEngine('podman'), ecsFakeStop, askedStop];

async function memoryStop(session: Session): Promise<Stop> {
  const driver = await session.connect({ url: 'memory:', from: 'tour' });
  return { title: 'memory', about: 'JavaScript programs in this process, no isolation', driver, leave: nothing };
}

function localEngine(name: string): FindStop {
  return async (session) => {
    const known = PROVIDERS.find((provider) => provider.name === name);
    return known === undefined ? undefined : engineStop(session, name, unasked(known));
  };
}

/** The provider that --url or --profile names, unless it is one of the others. The environment alone sends the tour nowhere. */
async function askedStop(session: Session): Promise<Stop | Skipped | undefined> {
  const { url, profile } = session.flags;
  if (url === undefined && profile === undefined) return undefined;
  const target = await session.target();
  if (PROVIDERS.some(({ local, name }) => local && [name, `${name}:`].includes(target.url))) return undefined;
  return engineStop(session, target.url.split(/[?]/, 1)[0] ?? target.url, target);
}

/** An engine, if one answers that has the image or can get it. */
async function engineStop(session: Session, title: string, target: Target): Promise<Stop | Skipped> {
  try {
    const driver = await session.connect(target);
    const { name = title, version = '', endpoint = '' } = await driver.ping({ timeoutMs: PATIENCE_MS, signal: session.signal });
    const image = await prepareImage(driver, session.signal);
    return { title, about: `${name} ${version} at ${endpoint}, image ${image}`, driver, leave: nothing };
  } catch (error) {
    if (!ContainerError.isInstance(error)) throw error;
    return { title, reason: error.message };
  }
}
