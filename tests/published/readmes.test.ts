import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { publicPackages, root } from '../support/public-packages.js';

describe.each(publicPackages)('the README of $name', ({ name, folder }) => {
  it('tells how to install it, its options, what it can do, what goes wrong, and what it takes', async () => {
    const text = await readFile(join(root, folder, 'README.md'), 'utf8');
    expect(text.split('\n')[0]).toBe(`# ${name}`);
    expect(text).toMatch(new RegExp(`npm install .*${name}`));
    const headings = [...text.matchAll(/^## (\w+)/gm)].map(([, first]) => first);
    expect(headings).toEqual(expect.arrayContaining(['Options', 'Errors', 'Size']));
    if (folder.includes('/driver-')) expect(headings).toContain('Capabilities');
  });
});
