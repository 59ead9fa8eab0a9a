import type { Image } from '@cloud/container-core';
import { Command } from 'commander';
import { imageText } from '../output/container-text.js';
import { humanAge, humanSize, shortId } from '../output/human.js';
import type { Column } from '../output/table.js';
import type { Session } from '../session/session.js';

export const IMAGE_COLUMNS: readonly Column<Image>[] = [
  { heading: 'IMAGE', value: imageText },
  { heading: 'ID', value: ({ id, digest }) => shortId(id ?? digest ?? '') },
  { heading: 'CREATED', value: ({ createdAt }) => humanAge(createdAt) },
  { heading: 'SIZE', value: ({ sizeBytes }) => humanSize(sizeBytes), align: 'right' },
];

export function imagesCommand(session: Session): Command {
  return new Command('images').description('list the images that the provider holds').action(async () => {
    const driver = await session.driverWith('images', 'images');
    const images: Image[] = [];
    for await (const image of driver.listImages(session.callOptions)) images.push(image);
    session.output.list(images, IMAGE_COLUMNS, `${driver.provider} holds no images.`);
  });
}
