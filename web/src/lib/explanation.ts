import type { TFunction } from 'i18next';

/** The server's words for the parts of a score, and our keys for them; what a pattern catches goes into the text by number. */
const kParts: readonly { pattern: RegExp; key: string }[] = [
  { pattern: /^sum of the parts$/, key: 'sum' },
  { pattern: /^meaning: weight ([\d.]+) x normalised share$/, key: 'meaning' },
  { pattern: /^words: weight ([\d.]+) x normalised share$/, key: 'words' },
  { pattern: /^likeness to the examples: weight ([\d.]+) x normalised share$/, key: 'likeness' },
  { pattern: /^\(k \+ 1\) \/ \(k \+ rank\), rank (\d+)$/, key: 'byRank' },
  { pattern: /^scaled between the least and the greatest score, rank (\d+)$/, key: 'byRange' },
  { pattern: /^scaled by mean and deviation, rank (\d+)$/, key: 'byDeviation' },
  { pattern: /^cosine of the title's text \+ ([\d.]+) x cosine of its best passage$/, key: 'cosines' },
  { pattern: /^cosine of the title's text$/, key: 'textCosine' },
  { pattern: /^cosine of its best passage$/, key: 'passageCosine' },
  { pattern: /^BM25F, the sum over the words$/, key: 'bm25' },
  { pattern: /^"(.*)", rarity ([\d.]+)$/, key: 'word' },
  { pattern: /^weighted features, averaged over the examples$/, key: 'features' },
  { pattern: /^likeness to (.*)$/, key: 'likeTo' },
  { pattern: /^popularity, dial (-?[\d.]+)$/, key: 'popularity' },
  { pattern: /^the text spells the title$/, key: 'spelt' },
];

/** A part of a score in the page's language; one that is not known here stays as the server says it. */
export function describePart(t: TFunction, description: string): string {
  for (const { pattern, key } of kParts) {
    const match = pattern.exec(description);
    if (match) return t(`explain.${key}`, { a: match[1] ?? '', b: match[2] ?? '' });
  }
  return description;
}
