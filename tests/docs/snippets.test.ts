import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/public-packages.js';
import { compileSnippets } from './compile-snippets.js';
import { runSnippet } from './run-snippet.js';
import { pages, snippetsOf } from './snippets.js';

const snippets = pages().flatMap(snippetsOf);

describe('the snippets of the documentation', () => {
  it('compile', () => {
    expect(snippets.length).toBeGreaterThan(20);
    expect(compileSnippets(snippets)).toEqual([]);
  }, 120_000);

  it('use `await using` only on a page that names what it needs', () => {
    const using = snippets.filter(({ code }) => /\b(await )?using \w+ =/.test(code)).map(({ page }) => page);
    expect(using).toContain('docs/guides/getting-started.md');
    expect(using.filter((page) => !/TypeScript 5\.2 .*\n.*Node 24/.test(readFileSync(join(root, page), 'utf8')))).toEqual([]);
  });

  it.each(snippets.filter(({ run }) => run))('runs: $at', async (snippet) => {
    const { exitCode, stdout, stderr } = await runSnippet(snippet);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    if (snippet.prints !== undefined) expect(stdout).toBe(snippet.prints);
  });
});
