import { describe, expect, it } from 'vitest';
import { nextPage } from './link-header.js';

const current = new URL('https://registry.example/v2/a/tags/list?n=2');

describe('the next page of a list', () => {
  const headers = {
    '</v2/a/tags/list?n=2&last=b>; rel="next"': '/v2/a/tags/list?n=2&last=b',
    '</x>; rel=next': '/x',
    '</x>;REL = "prev NEXT"': '/x',
    '</first>; rel="first", </x>; title="a, <b>"; rel="next"': '/x',
    '<https://registry.example/x>; rel="next"; type="application/json"': '/x',
  };
  for (const [header, path] of Object.entries(headers)) {
    it(`is found in ${header}`, () => expect(nextPage(header, current)?.href).toBe(`https://registry.example${path}`));
  }

  for (const header of [undefined, '', '</x>; rel="prev"', '</x>; rel="nextish"', '</x>', 'rel="next"', '</x>; title="; rel=next"']) {
    it(`is not found in ${header}`, () => expect(nextPage(header, current)).toBeUndefined());
  }

  it('is refused on another host', () => {
    for (const target of ['https://evil.example/x', '//evil.example/x', 'http://registry.example/x']) {
      expect(() => nextPage(`<${target}>; rel="next"`, current)).toThrow('not followed');
    }
  });
});
