import { describe, expect, it } from 'vitest';

import { nextBox } from './grid';

// One wide card, then two columns with a short last row.
const boxes = [
  { left: 0, top: 0, width: 200 },
  { left: 0, top: 100, width: 95 },
  { left: 105, top: 100, width: 95 },
  { left: 0, top: 200, width: 95 },
];

describe('arrow keys', () => {
  it('go along the reading order', () => {
    expect(nextBox(boxes, 1, 'ArrowRight')).toBe(2);
    expect(nextBox(boxes, 2, 'ArrowRight')).toBe(3);
    expect(nextBox(boxes, 3, 'ArrowRight')).toBeNull();
    expect(nextBox(boxes, 0, 'ArrowLeft')).toBeNull();
  });

  it('go up and down to the nearest card of the next row', () => {
    expect(nextBox(boxes, 1, 'ArrowDown')).toBe(3);
    expect(nextBox(boxes, 2, 'ArrowDown')).toBe(3);
    expect(nextBox(boxes, 2, 'ArrowUp')).toBe(0);
    expect(nextBox(boxes, 3, 'ArrowUp')).toBe(1);
    expect(nextBox(boxes, 3, 'ArrowDown')).toBeNull();
    expect(nextBox(boxes, -1, 'ArrowDown')).toBeNull();
  });
});
