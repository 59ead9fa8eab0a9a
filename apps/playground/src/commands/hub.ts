import type { HubRepository, HubTag } from '@cloud/docker-utils';
import { HubClient } from '@cloud/docker-utils';
import { Command } from 'commander';
import { humanAge, humanDuration, humanSize, shortId } from '../output/human.js';
import type { Column } from '../output/table.js';
import type { Session } from '../session/session.js';
import { parseCount } from './arguments.js';

interface LimitFlags {
  readonly limit: number;
}

const LIMIT = ['--limit <number>', 'how many to show', parseCount, 25] as const;

const REPOSITORY_COLUMNS: readonly Column<HubRepository>[] = [
  { heading: 'NAME', value: repositoryName },
  { heading: 'OFFICIAL', value: ({ isOfficial }) => (isOfficial ? 'yes' : '') },
  { heading: 'STARS', value: ({ starCount }) => starCount, align: 'right' },
  { heading: 'PULLS', value: ({ pullCount }) => pullCount, align: 'right' },
  { heading: 'DESCRIPTION', value: ({ description }) => (description.length > 60 ? `${description.slice(0, 59)}…` : description) },
];

const TAG_COLUMNS: readonly Column<HubTag>[] = [
  { heading: 'TAG', value: ({ name }) => name },
  { heading: 'UPDATED', value: ({ updatedAt }) => humanAge(updatedAt) },
  { heading: 'SIZE', value: ({ sizeBytes }) => humanSize(sizeBytes), align: 'right' },
  { heading: 'DIGEST', value: ({ digest }) => shortId(digest ?? '') },
  { heading: 'PLATFORMS', value: ({ images }) => images.map(({ os, architecture }) => `${os}/${architecture}`).join(' ') },
];

export function hubCommand(session: Session): Command {
  const hub = new Command('hub').description('ask Docker Hub');

  hub
    .command('search')
    .description('search for images')
    .argument('<text>')
    .option('--official', 'only official images')
    .option(...LIMIT)
    .action((text: string, { official, limit }: LimitFlags & { readonly official?: boolean }) =>
      withHub(async (client) => {
        const found = client.search(text, { officialOnly: official, ...session.callOptions });
        session.output.list(await first(found, limit), REPOSITORY_COLUMNS, `Nothing on Docker Hub fits ${text}.`);
      }),
    );

  hub
    .command('repo')
    .description('show a repository')
    .argument('<name>', 'ubuntu, or owner/name')
    .action((name: string) =>
      withHub(async (client) => {
        const repository = await client.getRepository(name, session.callOptions);
        if (session.output.json) session.output.result(repository, '');
        else session.output.table([repository], REPOSITORY_COLUMNS);
      }),
    );

  hub
    .command('tags')
    .description('list the tags of a repository, the latest first')
    .argument('<name>', 'ubuntu, or owner/name')
    .option(...LIMIT)
    .action((name: string, { limit }: LimitFlags) =>
      withHub(async (client) => {
        session.output.list(await first(client.listTags(name, session.callOptions), limit), TAG_COLUMNS, `${name} has no tags.`);
      }),
    );

  hub
    .command('quota')
    .description('show how many pulls are left, without using one up')
    .action(() =>
      withHub(async (client) => {
        const quota = await client.rateLimit(session.callOptions);
        const { limited, remaining = '?', limit = '?', windowSeconds, source } = quota;
        const per = windowSeconds === undefined ? '' : ` in ${humanDuration(windowSeconds * 1000)}`;
        const whose = source === undefined ? '' : ` for ${source}`;
        session.output.result(quota, limited ? `${remaining} of ${limit} pulls${per} are left${whose}.` : 'Pulls are not limited here.');
      }),
    );

  return hub;
}

function repositoryName({ namespace, name }: HubRepository): string {
  return namespace === 'library' ? name : `${namespace}/${name}`;
}

async function withHub<T>(work: (client: HubClient) => Promise<T>): Promise<T> {
  const client = new HubClient();
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** The first so many of a listing, without fetching the rest. */
async function first<T>(items: AsyncIterable<T>, limit: number): Promise<T[]> {
  const found: T[] = [];
  if (limit === 0) return found;
  for await (const item of items) if (found.push(item) === limit) break;
  return found;
}
