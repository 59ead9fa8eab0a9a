import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { entryPoints, publicPackages, root } from '../support/public-packages.js';
import { type Declarations, emitDeclarations } from './declarations.js';

let declarations: Declarations;

beforeAll(() => {
  declarations = emitDeclarations();
}, 120_000);

describe.each(publicPackages)('the public interface of $name', (target) => {
  // A change shows up in the diff of `api.txt`; `npm run generate` writes it anew.
  it('is the one that api.txt shows', async () => {
    const sections = entryPoints(target).map((specifier) => `// ${specifier}\n\n${declarations.surface(specifier)}\n`);
    await expect(sections.join('\n')).toMatchFileSnapshot(join(root, target.folder, 'api.txt'));
  });

  it('says any nowhere', () => {
    expect(entryPoints(target).flatMap((specifier) => declarations.anys(specifier))).toEqual([]);
  });
});
