import { beforeEach, describe, expect, it } from 'vitest';

import { clearLibrary, fromJson, getLibrary, putEntries, removeEntry, toJson, toRated, toSeen } from './library';

beforeEach(() => clearLibrary());

describe('the list', () => {
  it('keeps one entry a title, and survives a round trip', () => {
    putEntries([
      { id: 'a1', title: 'One', mark: 'seen' },
      { id: 'b2', title: 'Two', mark: 'liked', rating: 8 },
    ]);
    putEntries([{ id: 'a1', title: 'One', mark: 'disliked' }]);
    expect(getLibrary().size).toBe(2);
    expect(fromJson(toJson(getLibrary()))).toEqual([...getLibrary().values()]);
    removeEntry('a1');
    expect([...getLibrary().keys()]).toEqual(['b2']);
  });

  it('steers a search by rating, else by mark', () => {
    putEntries([
      { id: 'a1', title: '', mark: 'seen' },
      { id: 'b2', title: '', mark: 'liked', rating: 7 },
      { id: 'c3', title: '', mark: 'disliked' },
    ]);
    expect(toRated(getLibrary())).toEqual([
      { id: 'a1', rating: 0 },
      { id: 'b2', rating: 7 },
      { id: 'c3', rating: 2 },
    ]);
    expect(toSeen(getLibrary())).toEqual(['a1', 'c3']);
  });

  it('leaves out what is broken', () => {
    const entries = [{ id: 'a1', title: 'x', mark: 'liked' }, { id: '../x', title: 'x', mark: 'liked' }, { id: 'b', mark: 'loved' }, null, 3];
    expect(fromJson(JSON.stringify({ entries }))).toEqual([entries[0]]);
    expect(fromJson('no')).toBeNull();
    expect(fromJson('{}')).toBeNull();
  });
});
