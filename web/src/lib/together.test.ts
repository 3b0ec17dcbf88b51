import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { together } from './together';

describe('changes made together', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('come in order and in one go, a moment after the first', () => {
    const made: number[] = [];
    together(() => made.push(1));
    vi.advanceTimersByTime(150);
    together(() => made.push(2));
    expect(made).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(made).toEqual([1, 2]);
    together(() => made.push(3));
    vi.runAllTimers();
    expect(made).toEqual([1, 2, 3]);
  });

  it('leave out what was called off, also when all was', () => {
    const made: number[] = [];
    const off = together(() => made.push(1));
    together(() => made.push(2));
    off();
    vi.runAllTimers();
    expect(made).toEqual([2]);
    together(() => made.push(3))();
    vi.runAllTimers();
    expect(made).toEqual([2]);
  });
});
