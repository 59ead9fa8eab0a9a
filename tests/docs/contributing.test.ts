import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../support/public-packages.js';

const pages = readdirSync(join(root, 'contributing'));

it.each(pages)('contributing/%s names only files that exist', (page) => {
  const text = readFileSync(join(root, 'contributing', page), 'utf8');
  const paths = [...text.matchAll(/`((?:packages|apps|tests|scripts|docs)\/[\w./-]+)`/g)].map(([, path = '']) => path);
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => join('contributing', path));
  expect([...paths, ...links].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

it('has a page for each usual change, and a row of its index for each page', () => {
  const index = readFileSync(join(root, 'contributing/README.md'), 'utf8');
  const others = pages.filter((page) => page !== 'README.md');
  expect(others.length).toBeGreaterThanOrEqual(10);
  expect(others.filter((page) => !index.includes(`](${page})`))).toEqual([]);
});
