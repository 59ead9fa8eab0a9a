import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publicPackages, root } from '../support/public-packages.js';

/** A piece of TypeScript in a page of the documentation. */
export interface Snippet {
  /** Such as `docs/guides/credentials.md:12`. */
  readonly at: string;
  readonly page: string;
  /** The file that it is, where several snippets of a page are the files of one program: ` ```ts file=driver.ts `. */
  readonly file: string | undefined;
  /** Whether it is run as well: ` ```ts run `. */
  readonly run: boolean;
  /** As it is compiled: what the page's `<!-- snippets: … -->` comment declares for all of them, then the snippet itself. */
  readonly code: string;
  /** What it must print when it is run: the block ` ```output ` that follows. */
  readonly prints: string | undefined;
}

/** The pages whose snippets are compiled: all that users read. */
export function pages(): string[] {
  const guides = ['docs', 'docs/guides'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  );
  const readmes = publicPackages.map(({ folder }) => `${folder}/README.md`);
  return ['README.md', 'ADDING-A-DRIVER.md', ...guides, ...readmes].filter((page) => existsSync(join(root, page)));
}

/** The snippets of a page. */
export function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(join(root, page), 'utf8');
  const shared = [...text.matchAll(/<!-- snippets:\n([\s\S]*?)-->/g)].map(([, code]) => code).join('\n');
  const blocks = [...text.matchAll(/^```(ts|typescript)([^\n]*)\n([\s\S]*?)^```\n(?:\s*```output\n([\s\S]*?)^```)?/gm)];
  return blocks.map((block) => {
    const [, , flags = '', code = '', prints] = block;
    const line = text.slice(0, block.index).split('\n').length;
    const file = /file=(\S+)/.exec(flags)?.[1];
    // A file of a program is as it stands; other snippets see what the page declares for them.
    return { at: `${page}:${line}`, page, file, run: /\brun\b/.test(flags), code: file === undefined ? `${shared}${code}` : code, prints };
  });
}
