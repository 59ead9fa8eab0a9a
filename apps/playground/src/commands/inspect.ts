import { findContainer, rawOf } from '@cloud/container-core';
import { Command } from 'commander';
import { endpointText, imageText, stateText } from '../output/container-text.js';
import { humanAge } from '../output/human.js';
import { jsonText } from '../output/plain-json.js';
import type { Session } from '../session/session.js';

export function inspectCommand(session: Session): Command {
  return new Command('inspect')
    .description('show all about a container')
    .argument('<container>', 'name, id, or beginning of an id')
    .option('--raw', "the provider's own description, as JSON")
    .action(async (name: string, flags: { readonly raw?: boolean }) => {
      const { output, callOptions } = session;
      const driver = await session.driver();
      const container = await driver.getContainer(await findContainer(driver, name, callOptions), callOptions);
      if (flags.raw) {
        const raw = rawOf(container) ?? null;
        output.result(raw, jsonText(raw));
        return;
      }
      const facts: readonly (readonly [string, string | undefined])[] = [
        ['name', container.name],
        ['id', container.id],
        ['image', imageText(container.image)],
        ['digest', container.image.digest],
        ['state', stateText(container)],
        ['reason', container.exit?.reason],
        ['message', container.exit?.message],
        ['provider', container.provider],
        ['cluster', container.cluster],
        ['addresses', container.ipAddresses.join(', ')],
        ['endpoints', container.endpoints.map(endpointText).join(', ')],
        [
          'labels',
          Object.entries(container.labels)
            .map(([key, value]) => `${key}=${value}`)
            .join(', '),
        ],
        ['created', humanAge(container.createdAt)],
        ['started', humanAge(container.startedAt)],
        ['finished', humanAge(container.finishedAt)],
        ['replaced by', container.replacedBy],
        ['pod', container.pod?.id],
      ];
      const known = facts.filter(([, value]) => value !== undefined && value !== '');
      if (output.json) output.result(container, '');
      else
        output.table(known, [
          { heading: 'FIELD', value: ([field]) => field },
          { heading: 'VALUE', value: ([, value]) => value },
        ]);
    });
}
