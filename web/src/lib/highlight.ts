export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

function fold(word: string): string {
  return word.toLowerCase().replaceAll('ё', 'е');
}

function sharedPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

/** "travelling" and "travels", "духи" and "духов": two forms of a word share all but an ending. */
function sameWord(a: string, b: string): boolean {
  if (a === b) return true;
  const least = /[а-я]/.test(a) ? 3 : 4;
  return sharedPrefix(a, b) >= Math.max(least, Math.min(a.length, b.length) - 2);
}

/** Cuts a text into pieces, those marked that spell one of the words, in any of its forms. */
export function highlight(text: string, words: readonly string[]): Piece[] {
  const wanted = words.flatMap((word) => word.split(/[^\p{L}\p{N}]+/u)).filter((word) => word.length > 1).map(fold);
  const pieces: { text: string; marked: boolean }[] = [];
  for (const part of text.split(/([\p{L}\p{N}]+)/u)) {
    if (part === '') continue;
    const folded = fold(part);
    const marked = wanted.some((one) => sameWord(folded, one));
    const last = pieces.at(-1);
    if (last && last.marked === marked) last.text += part;
    else pieces.push({ text: part, marked });
  }
  return pieces;
}
