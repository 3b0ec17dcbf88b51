import { describe, expect, it } from 'vitest';

import { browserRegion, kWatchRegions, watchLinks } from './watch';

const own = (watchTemplate: string) => watchLinks({ watchRegion: 'own', watchTemplate }, 'A & B', 'Watch');

describe('where to watch', () => {
  it("is looked up at the region's site", () => {
    expect(watchLinks({ watchRegion: 'GB', watchTemplate: '' }, 'A & B', 'Watch')).toEqual([
      { site: 'JustWatch', url: 'https://www.justwatch.com/uk/search?q=A%20%26%20B' },
    ]);
    for (const region of kWatchRegions) expect(watchLinks({ watchRegion: region, watchTemplate: '' }, 'A', 'Watch'), region).toHaveLength(1);
  });

  it('follows the browser until a person chooses', () => {
    const auto = (language: string) => watchLinks({ watchRegion: 'auto', watchTemplate: '' }, 'A', 'Watch', [language]).map(({ site }) => site);
    expect(auto('en-US')).toEqual(['JustWatch']);
    expect(auto('ru')).toEqual(['Кинопоиск']);
    expect(auto('fi-FI')).toEqual([]);
    expect(browserRegion([])).toBeNull();
    expect(browserRegion(['not a language'])).toBeNull();
    expect(watchLinks({ watchRegion: 'off', watchTemplate: 'https://example.org/?q={title}' }, 'A', 'Watch')).toEqual([]);
  });

  it('follows a template of one\'s own, when it is one', () => {
    expect(own('https://example.org/?q={title}')).toEqual([{ site: 'Watch', url: 'https://example.org/?q=A%20%26%20B' }]);
    for (const bad of ['', 'https://example.org/', 'javascript:alert("{title}")', '{title}']) expect(own(bad), bad).toEqual([]);
  });
});
