import { describe, expect, it } from 'vitest';

import { readList } from './read-list';

const anime = (id: string, score: number, status: string) =>
  `<anime><series_animedb_id>${id}</series_animedb_id><series_title>T &amp; ${id}</series_title>` +
  `<my_score>${score}</my_score><my_status>${status}</my_status></anime>`;

describe('a list from a file', () => {
  it('in the XML form tells liked, disliked and seen by score and status', async () => {
    const xml = `<?xml version="1.0"?><myanimelist>${anime('1', 9, 'Completed')}${anime('2', 3, 'Dropped')}${anime('3', 0, 'Watching')}${anime('4', 0, 'Plan to Watch')}${anime('x', 9, 'Completed')}</myanimelist>`;
    expect(await readList(new Blob([xml]))).toEqual([
      { id: 'mal:1', title: 'T & 1', mark: 'liked', rating: 9 },
      { id: 'mal:2', title: 'T & 2', mark: 'disliked', rating: 3 },
      { id: 'mal:3', title: 'T & 3', mark: 'seen' },
    ]);
  });

  it('in our own form comes back as it was', async () => {
    const entries = [{ id: 'a1', title: 'One', mark: 'liked' }];
    expect(await readList(new Blob([JSON.stringify({ entries })]))).toEqual(entries);
  });

  it('is refused when it is something else', async () => {
    for (const text of ['', 'hello', '<html></html>', '[1'])
      expect(await readList(new Blob([text])), text).toBeNull();
  });
});
