import { describe, expect, it } from 'vitest';
import { compileSnippets } from './compile-snippets.js';
import { runSnippet } from './run-snippet.js';
import { pages, snippetsOf } from './snippets.js';

const snippets = pages().flatMap(snippetsOf);

describe('the snippets of the documentation', () => {
  it('compile', () => {
    expect(snippets.length).toBeGreaterThan(20);
    expect(compileSnippets(snippets)).toEqual([]);
  }, 120_000);

  it.each(snippets.filter(({ run }) => run))('runs: $at', async (snippet) => {
    const { exitCode, stdout, stderr } = await runSnippet(snippet);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    if (snippet.prints !== undefined) expect(stdout).toBe(snippet.prints);
  });
});
