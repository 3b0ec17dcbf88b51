import { useMemo } from 'react';

import { highlight } from '@/lib/highlight';

/** A text with the words that matched under a marker. */
export function MarkedText({ text, words }: { text: string; words: readonly string[] }) {
  const pieces = useMemo(() => highlight(text, words), [text, words]);
  return pieces.map((piece, index) =>
    piece.marked ? (
      <mark key={index} className="marked">
        {piece.text}
      </mark>
    ) : (
      piece.text
    ),
  );
}
