import { describe, expect, it } from 'vitest';

import { matchRoute } from './routes';

describe('routes', () => {
  it('are the search, a title, or nothing known', () => {
    expect(matchRoute('/')).toEqual({ name: 'search' });
    expect(matchRoute('/anime/mal%3A457')).toEqual({ name: 'title', id: 'mal:457' });
    expect(matchRoute('/anime/')).toEqual({ name: 'unknown' });
    expect(matchRoute('/anime/%E0%A4%A')).toEqual({ name: 'unknown' });
    expect(matchRoute('/else')).toEqual({ name: 'unknown' });
  });
});
