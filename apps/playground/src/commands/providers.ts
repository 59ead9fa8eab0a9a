import type { CapabilityGroup, ProviderInfo } from '@cloud/container-core';
import { Command } from 'commander';
import { type KnownProvider, PROVIDERS } from '../connection/providers.js';
import { unasked } from '../connection/target.js';
import { oneLine } from '../output/terminal-text.js';
import type { Session } from '../session/session.js';

interface ProviderReport {
  readonly provider: string;
  readonly summary: string;
  /** `undefined` when it was not asked. */
  readonly available: boolean | undefined;
  /** What answered, or why nothing did. */
  readonly detail: string;
  readonly info?: ProviderInfo;
  readonly groups: readonly CapabilityGroup[];
}

const PATIENCE_MS = 3_000;

export function providersCommand(session: Session): Command {
  return new Command('providers').description('show the providers, which of them answer, and what they can do').action(async () => {
    const chosen = await session.target();
    const reports = await Promise.all(PROVIDERS.map((provider) => report(session, provider, chosen.url)));
    session.output.list(
      reports,
      [
        { heading: 'PROVIDER', value: ({ provider }) => provider },
        { heading: 'HERE', value: ({ available }) => (available === undefined ? 'not asked' : available ? 'yes' : 'no') },
        { heading: 'WHAT', value: ({ summary }) => summary },
        { heading: 'DETAIL', value: ({ detail }) => shortened(detail) },
        { heading: 'BESIDES CONTAINERS', value: ({ groups }) => groups.join(' ') },
      ],
      '',
    );
  });
}

async function report(session: Session, known: KnownProvider, chosenUrl: string): Promise<ProviderReport> {
  const { name: provider, summary } = known;
  let groups: readonly CapabilityGroup[] = [];
  try {
    groups = (await session.registry.factory(provider)).capabilities.groups;
    const chosen = chosenUrl === provider || new RegExp(`^${provider}(\\+[^:]*)?:`).test(chosenUrl);
    if (!known.local && !chosen) {
      return { provider, summary, available: undefined, detail: `say where: --url ${known.example}`, groups };
    }
    const driver = await session.connect(chosen ? await session.target() : unasked(known));
    const info = await driver.ping({ timeoutMs: PATIENCE_MS, ...session.callOptions });
    const detail = [info.name, info.version, info.endpoint].filter((part) => part !== undefined).join(' ');
    return { provider, summary, available: true, detail, info, groups };
  } catch (error) {
    if (session.signal.aborted) throw error;
    return { provider, summary, available: false, detail: error instanceof Error ? error.message : String(error), groups };
  }
}

function shortened(text: string): string {
  const line = oneLine(text).replace(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
