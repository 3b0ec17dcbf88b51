import { describe, expect, it } from 'vitest';

import { posterUrl, siteLinks, titlePath, watchLinks, webUrl } from './links';

describe('links', () => {
  it('lead only where an id is known', () => {
    expect(siteLinks({})).toEqual([]);
    expect(siteLinks({ anilist: 457, mal: 457 }).map((link) => link.url)).toEqual([
      'https://myanimelist.net/anime/457',
      'https://anilist.co/anime/457',
    ]);
  });

  it('of the catalogue must be web addresses', () => {
    expect(webUrl('https://example.org/a b')).toBe('https://example.org/a%20b');
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', 'not an address', '', null]) expect(webUrl(bad)).toBeNull();
  });

  it('to posters lead to this server or to the web', () => {
    expect(posterUrl('/posters/abcdefghij?level=adult')).toBe('/posters/abcdefghij?level=adult');
    expect(posterUrl('https://example.org/a.jpg')).toBe('https://example.org/a.jpg');
    for (const bad of ['//example.org/posters/a', '/other', 'javascript:alert(1)', null]) expect(posterUrl(bad)).toBeNull();
  });

  it('to where one watches follow the template, when it is one', () => {
    expect(watchLinks('https://example.org/?q={title}', 'A & B', 'Watch')).toEqual([{ site: 'Watch', url: 'https://example.org/?q=A%20%26%20B' }]);
    for (const bad of ['', 'https://example.org/', 'javascript:alert("{title}")', '{title}']) expect(watchLinks(bad, 'A', 'Watch')).toEqual([]);
  });

  it('to a title keep its id readable', () => {
    expect(titlePath('a1b2')).toBe('/anime/a1b2');
  });
});
