import { describe, expect, it } from 'vitest';

import { nextCard } from './card-grid';

// One wide card, then two columns with a short last row.
const boxes = [
  { left: 0, top: 0, width: 200 },
  { left: 0, top: 100, width: 95 },
  { left: 105, top: 100, width: 95 },
  { left: 0, top: 200, width: 95 },
];

describe('arrow keys', () => {
  it('go along the reading order', () => {
    expect(nextCard(boxes, 1, 'ArrowRight')).toBe(2);
    expect(nextCard(boxes, 2, 'ArrowRight')).toBe(3);
    expect(nextCard(boxes, 3, 'ArrowRight')).toBeNull();
    expect(nextCard(boxes, 0, 'ArrowLeft')).toBeNull();
  });

  it('go up and down to the nearest card of the next row', () => {
    expect(nextCard(boxes, 1, 'ArrowDown')).toBe(3);
    expect(nextCard(boxes, 2, 'ArrowDown')).toBe(3);
    expect(nextCard(boxes, 2, 'ArrowUp')).toBe(0);
    expect(nextCard(boxes, 3, 'ArrowUp')).toBe(1);
    expect(nextCard(boxes, 3, 'ArrowDown')).toBeNull();
    expect(nextCard(boxes, -1, 'ArrowDown')).toBeNull();
  });
});
