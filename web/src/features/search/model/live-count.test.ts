import { describe, expect, it } from 'vitest';

import { liveCount } from './live-count';

const count = (value: string, count: number) => ({ value, label: value, count });

describe('counts beside filters', () => {
  it('are those of this search, once it has answered', () => {
    expect(liveCount(undefined, count('a', 7))).toBe(7);
    expect(liveCount([count('a', 2)], count('a', 7))).toBe(2);
    expect(liveCount([count('b', 2)], count('a', 7))).toBe(0);
  });

  it('are left out where the server has cut its list', () => {
    const full = Array.from({ length: 200 }, (_, index) => count(`t${index}`, 1));
    expect(liveCount(full, count('a', 7))).toBeNull();
  });
});
