import { describe, expect, it } from 'vitest';

import { readList } from './read-list';

const read = (content: unknown) => readList(new Blob([typeof content === 'string' ? content : JSON.stringify(content)]));

const anime = (id: string, score: number, status: string) =>
  `<anime><series_animedb_id>${id}</series_animedb_id><series_title>T &amp; ${id}</series_title>` +
  `<my_score>${score}</my_score><my_status>${status}</my_status></anime>`;

describe('a list from a file', () => {
  it("in MyAnimeList's XML form keeps status and score", async () => {
    const xml = `<?xml version="1.0"?><myanimelist>${anime('1', 9, 'Completed')}${anime('2', 3, 'Dropped')}${anime('3', 0, 'On-Hold')}${anime('4', 0, 'Plan to Watch')}${anime('x', 9, 'Completed')}</myanimelist>`;
    expect(await read(xml)).toEqual([
      { id: 'mal:1', ids: { mal: 1 }, title: 'T & 1', status: 'completed', score: 9 },
      { id: 'mal:2', ids: { mal: 2 }, title: 'T & 2', status: 'dropped', score: 3 },
      { id: 'mal:3', ids: { mal: 3 }, title: 'T & 3', status: 'on_hold' },
      { id: 'mal:4', ids: { mal: 4 }, title: 'T & 4', status: 'planned' },
    ]);
  });

  it("in Shikimori's form leaves manga out", async () => {
    const rates = [
      { target_id: 457, target_type: 'Anime', target_title: 'Mushishi', score: 10, status: 'completed' },
      { target_id: 2, target_type: 'Manga', target_title: 'Berserk', score: 10, status: 'completed' },
      { anime: { id: 20, name: 'Naruto' }, score: 0, status: 'rewatching' },
    ];
    expect(await read(rates)).toEqual([
      { id: 'mal:457', ids: { mal: 457, shikimori: 457 }, title: 'Mushishi', status: 'completed', score: 10 },
      { id: 'mal:20', ids: { mal: 20, shikimori: 20 }, title: 'Naruto', status: 'watching' },
    ]);
  });

  it("of AniList is read in its own ways of scoring", async () => {
    const list = (scoreFormat: string | null, ...scores: number[]) => ({
      data: {
        MediaListCollection: {
          user: { mediaListOptions: { scoreFormat } },
          lists: [{ entries: scores.map((score, n) => ({ media: { id: n + 1, idMal: n + 11, title: { romaji: 'R' } }, status: 'CURRENT', score })) }],
        },
      },
    });
    const scores = async (...given: Parameters<typeof list>) => (await read(list(...given)))?.map((entry) => entry.score);
    expect(await scores('POINT_100', 85, 4, 0)).toEqual([9, 1, undefined]);
    expect(await scores('POINT_10_DECIMAL', 8.5)).toEqual([9]);
    expect(await scores('POINT_5', 4)).toEqual([8]);
    expect(await scores('POINT_3', 1, 2, 3)).toEqual([4, 6, 9]);
    expect(await scores(null, 90, 55)).toEqual([9, 6]);
    expect((await read(list('POINT_10', 7)))?.[0]).toEqual({ id: 'mal:11', ids: { mal: 11, anilist: 1 }, title: 'R', status: 'watching', score: 7 });
  });

  it("of AniList's whole export is read by its numbers", async () => {
    const lists = [{ series_id: 1, series_type: 0, status: 2, score: 90 }, { series_id: 2, series_type: 1, status: 2, score: 90 }];
    expect(await read({ user: {}, lists })).toEqual([{ id: 'anilist:1', ids: { anilist: 1 }, title: '', status: 'completed', score: 9 }]);
  });

  it("of MyAnimeList's API is read", async () => {
    const data = [{ node: { id: 1, title: 'A' }, list_status: { status: 'plan_to_watch', score: 0 } }];
    expect(await read({ data })).toEqual([{ id: 'mal:1', ids: { mal: 1 }, title: 'A', status: 'planned' }]);
  });

  it('of plain ids means that they were seen', async () => {
    const ids = ['mal:457', 'anilist:5', 'mal:30', 'imdb:tt0213338'];
    expect((await read('mal:457, anilist:5\n30 # my favourite\nimdb:tt0213338'))?.map((entry) => entry.id)).toEqual(ids);
    expect((await read(['mal:457', 'anilist:5', 30, 'imdb:tt0213338']))?.map((entry) => entry.id)).toEqual(ids);
    expect((await read('30'))?.[0]?.status).toBe('completed');
  });

  it('in our own form comes back as it was', async () => {
    const entries = [{ id: 'a1', title: 'One', mark: 'liked' }];
    expect(await read({ format: 'anireco-list', version: 1, entries })).toEqual(entries);
  });

  it('is refused when it is something else', async () => {
    for (const content of ['', 'hello', '<html></html>', '[1', '{}', '[]', 'mal:x', 'tt123', { data: 3 }, { lists: [null] }])
      expect(await read(content), JSON.stringify(content)).toBeNull();
  });
});
