export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

export const kArrows = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] as const;
export type Arrow = (typeof kArrows)[number];

/** The box an arrow key leads to from the one at `index`; null at the edge. */
export function nextBox(boxes: readonly Box[], index: number, arrow: Arrow): number | null {
  const from = boxes[index];
  if (!from) return null;
  if (arrow === 'ArrowLeft') return index > 0 ? index - 1 : null;
  if (arrow === 'ArrowRight') return index + 1 < boxes.length ? index + 1 : null;
  const down = arrow === 'ArrowDown';
  const centre = from.left + from.width / 2;
  let best: number | null = null;
  let bestRow = 0;
  let bestOff = 0;
  boxes.forEach((box, at) => {
    const row = down ? box.top - from.top : from.top - box.top;
    if (at === index || row < 1) return;
    const off = Math.abs(box.left + box.width / 2 - centre);
    if (best === null || row < bestRow - 1 || (row < bestRow + 1 && off < bestOff)) {
      best = at;
      bestRow = row;
      bestOff = off;
    }
  });
  return best;
}
