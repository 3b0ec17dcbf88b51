import { describe, expect, it } from 'vitest';

import {
  activeFilters,
  cutText,
  formatRange,
  fromQuery,
  isBlank,
  kEmptyState,
  nextMark,
  parseRange,
  termMark,
  toFilters,
  toPath,
  toQuery,
  toRequest,
  withoutFilters,
  withTerm,
} from './search-state';

describe('ranges', () => {
  it.each([
    ['2000..2010', { min: 2000, max: 2010 }],
    ['2000..', { min: 2000 }],
    ['..2010', { max: 2010 }],
    ['2005', { min: 2005, max: 2005 }],
    ['7.5..', { min: 7.5 }],
    ['2010..2000', { min: 2000, max: 2010 }],
    ['', {}],
    ['..', {}],
    ['nonsense', {}],
    ['-5..10', {}],
    [null, {}],
  ])('reads %s', (text, range) => {
    expect(parseRange(text)).toEqual(range);
  });

  it('writes what it reads', () => {
    for (const text of ['2000..2010', '2000..', '..2010', '2005', '7.5..8']) {
      expect(formatRange(parseRange(text))).toBe(text);
    }
  });
});

describe('the address', () => {
  it('of an empty search is bare', () => {
    expect(toQuery(kEmptyState)).toBe('');
    expect(toPath(kEmptyState)).toBe('/');
    expect(fromQuery('')).toEqual(kEmptyState);
  });

  it('keeps everything through a round trip', () => {
    const query =
      'q=%D0%B4%D1%83%D1%85%D0%B8+%26+%3D&like=mal%3A1&dislike=mal%3A2&mine=1&genre=Drama&not_genre=Horror&theme=Iyashikei' +
      '&not_tag=time+travel&type=tv&type=movie&year=1990..1999&score=7.5..&popularity=-0.5&sort=year&level=family&off=year%3A1&pages=2';
    expect(toQuery(fromQuery(`?${query}`))).toBe(query);
  });

  it('passes over what it does not know', () => {
    const state = fromQuery('?sort=luck&level=none&year=soon&pages=-1&popularity=x&surprise=1&genre=');
    expect(state).toEqual(kEmptyState);
  });

  it('takes a genre that is asked for and kept out as asked for', () => {
    expect(fromQuery('?genre=Drama&not_genre=Drama').terms.genre).toEqual({ all: ['Drama'], none: [] });
  });

  it('is blank without a wish, even with a level', () => {
    expect(isBlank(fromQuery('?q=++&level=family&off=a'))).toBe(true);
    expect(isBlank(fromQuery('?genre=Drama'))).toBe(false);
    expect(isBlank(fromQuery('?like=mal:1'))).toBe(false);
  });
});

describe('the request', () => {
  it('names only the filters that are set', () => {
    expect(toFilters(kEmptyState)).toEqual({});
    expect(toFilters(fromQuery('?genre=Drama&not_theme=Gore&type=tv&year=1990..&duration=..30'))).toEqual({
      genres: { all: ['Drama'] },
      themes: { none: ['Gore'] },
      types: { any: ['tv'] },
      year: { min: 1990 },
      duration_minutes: { max: 30 },
    });
  });

  it('does not change with spaces around the text', () => {
    expect(toRequest(fromQuery('?q=+spirits+'))).toEqual(toRequest(fromQuery('?q=spirits')));
  });

  it('cuts a text that is too long between characters', () => {
    expect(cutText('я'.repeat(2048))).toBe('я'.repeat(2048));
    expect(cutText('я'.repeat(5000) + 'a')).toBe('я'.repeat(2048));
    expect(cutText('a' + '𝄞'.repeat(5000))).toBe('a' + '𝄞'.repeat(2047));
  });
});

describe('filters', () => {
  it('go round through three states', () => {
    let state = kEmptyState;
    const seen = [];
    for (let i = 0; i < 4; i += 1) {
      seen.push(termMark(state, 'genre', 'Drama'));
      state = withTerm(state, 'genre', 'Drama', nextMark(termMark(state, 'genre', 'Drama')));
    }
    expect(seen).toEqual(['off', 'all', 'none', 'off']);
  });

  it('are listed with the search without each', () => {
    const state = fromQuery('?q=x&genre=Drama&not_genre=Horror&type=tv&type=ova&year=2000..&popularity=1');
    const active = activeFilters(state);
    expect(active.map((one) => one.id)).toEqual([
      'genre:Drama',
      'not_genre:Horror',
      'type:tv',
      'type:ova',
      'year:2000..',
      'popularity:1',
    ]);
    for (const one of active) expect(activeFilters(one.without)).toHaveLength(active.length - 1);
  });

  it('can all be cleared, and the text stays', () => {
    const cleared = withoutFilters(fromQuery('?q=x&like=mal:1&genre=Drama&year=2000..&sort=year&level=family'));
    expect(toQuery(cleared)).toBe('q=x&like=mal%3A1&sort=year&level=family');
  });
});
