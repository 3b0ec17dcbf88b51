import { describe, expect, it } from 'vitest';

import { highlight } from './highlight';

const marked = (text: string, words: string[]) =>
  highlight(text, words)
    .filter((piece) => piece.marked)
    .map((piece) => piece.text);

describe('highlight', () => {
  it('marks other forms of a word', () => {
    expect(marked('He travels alone and doctors the spirit-touched.', ['travelling', 'doctor', 'spirits'])).toEqual([
      'travels',
      'doctors',
      'spirit',
    ]);
    expect(marked('Лекарь бродит среди духов', ['лекаря', 'духи'])).toEqual(['Лекарь', 'духов']);
  });

  it('does not mark words that only begin alike when they are short', () => {
    expect(marked('The catalogue', ['cat'])).toEqual([]);
  });

  it('takes е and ё as one letter', () => {
    expect(marked('чёрный кот', ['черный'])).toEqual(['чёрный']);
  });

  it('loses nothing of the text', () => {
    const text = '  “Quiet”, he said — 静かに!  ';
    expect(highlight(text, ['quiet', 'he']).map((piece) => piece.text).join('')).toBe(text);
    expect(highlight('', ['a'])).toEqual([]);
  });
});
