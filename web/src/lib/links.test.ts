import { describe, expect, it } from 'vitest';

import { posterUrl, siteLinks, titlePath, webUrl } from './links';

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

  it('lead a Russian reader to the Russian site first', () => {
    expect(siteLinks({ mal: 1, shikimori: 1 }, 'ru').map((link) => link.site)).toEqual(['Shikimori', 'MyAnimeList']);
  });

  it('to a title keep its id readable, and the level', () => {
    expect(titlePath('a1b2')).toBe('/anime/a1b2');
    expect(titlePath('a1b2', 'adult')).toBe('/anime/a1b2?level=adult');
  });
});
