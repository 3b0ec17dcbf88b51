import { memo, useId, useMemo } from 'react';

import { chooseSketch } from './choose';
import { kHeight, kMotifs, kWidth } from './motifs';

interface PrintProps {
  id: string;
  /** Genres and themes by their canonical names: they choose the scene. */
  terms: readonly string[];
  className?: string;
}

/** A small landscape print, drawn for a title that has no poster to show. */
export const Print = memo(function Print({ id, terms, className }: PrintProps) {
  const gradient = useId();
  const key = terms.join('|');
  const drawing = useMemo(() => {
    const { motif, palette, random } = chooseSketch(id, key.split('|'));
    // Called, not mounted: the drawing must be made once, in order, from one stream of numbers.
    return { palette, scene: kMotifs[motif]({ palette, random }) };
  }, [id, key]);
  return (
    <svg viewBox={`0 0 ${kWidth} ${kHeight}`} preserveAspectRatio="xMidYMin slice" aria-hidden="true" className={className}>
      <defs>
        <linearGradient id={gradient} x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor={drawing.palette.skyTop} />
          <stop offset=".62" stopColor={drawing.palette.skyLow} />
        </linearGradient>
      </defs>
      <rect width={kWidth} height={kHeight} fill={`url(#${gradient})`} />
      {drawing.scene}
    </svg>
  );
});
