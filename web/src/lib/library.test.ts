import { describe, expect, it } from 'vitest';

import { type Entry, fromJson, type Library, siteId, toJson, toRated, toSeen, withMark } from './library';

const library = (...entries: Entry[]): Library => new Map(entries.map((entry) => [entry.id, entry]));

describe('the list', () => {
  it('survives a round trip', () => {
    const kept = library(
      { id: 'a1', ids: { mal: 1, imdb: 'tt0213338' }, title: 'One', status: 'on_hold', score: 7 },
      { id: 'mal:2', title: 'Two', mark: 'liked' },
    );
    expect(fromJson(toJson(kept))).toEqual([...kept.values()]);
  });

  it('reads what a server profile exports, and what the page once wrote', () => {
    const entries = [
      { ids: { mal: 1 }, title: 'A', status: 'completed', score: 8 },
      { id: 'b2', title: 'B', mark: 'seen' },
      { id: 'c3', title: 'C', mark: 'liked', rating: 9 },
    ];
    expect(fromJson(JSON.stringify({ format: 'anireco-list', version: 1, entries }))).toEqual([
      { id: 'mal:1', ids: { mal: 1 }, title: 'A', status: 'completed', score: 8 },
      { id: 'b2', title: 'B', status: 'completed' },
      { id: 'c3', title: 'C', mark: 'liked', score: 9 },
    ]);
  });

  it('leaves out what is broken', () => {
    const good = { id: 'a1', title: 'x', mark: 'liked' };
    const bad = [{ id: '../x', title: 'x', mark: 'liked' }, { id: 'b', mark: 'loved' }, { id: 'c', ids: { mal: -1 }, score: 11 }, null, 3];
    expect(fromJson(JSON.stringify({ format: 'anireco-list', entries: [good, ...bad] }))).toEqual([good]);
    for (const text of ['no', '{}', '[]', 'null']) expect(fromJson(text), text).toBeNull();
  });

  it('names a title by the site that knows it', () => {
    expect(siteId({ kitsu: 3, anilist: 2 })).toBe('anilist:2');
    expect(siteId({})).toBeNull();
  });
});

describe('a mark', () => {
  const blank: Entry = { id: 'a1', title: 'One' };

  it('is set by one press and taken back by the next', () => {
    const liked = withMark(blank, 'liked');
    expect(liked).toEqual({ ...blank, mark: 'liked' });
    expect(withMark(liked ?? blank, 'liked')).toBeNull();
  });

  it('of liking gives way to one of disliking, seen stands beside both', () => {
    const seen = withMark({ ...blank, mark: 'liked' }, 'seen') ?? blank;
    expect(seen).toEqual({ ...blank, mark: 'liked', status: 'completed' });
    expect(withMark(seen, 'disliked')).toEqual({ ...blank, mark: 'disliked', status: 'completed' });
    expect(withMark(seen, 'seen')).toEqual({ ...blank, mark: 'liked' });
  });

  it('taken back leaves a score that came with a list', () => {
    expect(withMark({ ...blank, score: 8, status: 'dropped' }, 'seen')).toEqual({ ...blank, score: 8 });
  });
});

describe('a search', () => {
  const all = library(
    { id: 'seen', title: '', status: 'completed' },
    { id: 'scored', title: '', status: 'completed', score: 8 },
    { id: 'disliked', title: '', mark: 'disliked', score: 8 },
    { id: 'liked', title: '', mark: 'liked' },
    { id: 'planned', title: '', status: 'planned' },
  );

  it('is steered by scores, else by marks; what is planned does not count', () => {
    expect(toRated(all)).toEqual([
      { id: 'seen', rating: 0 },
      { id: 'scored', rating: 8 },
      { id: 'disliked', rating: 2 },
      { id: 'liked', rating: 9 },
    ]);
  });

  it('hides what is seen or not wanted', () => {
    expect(toSeen(all)).toEqual(['seen', 'scored', 'disliked']);
  });
});
