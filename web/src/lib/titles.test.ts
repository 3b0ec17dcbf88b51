import { describe, expect, it } from 'vitest';

import { displayTitle, secondTitle } from './titles';

const anime = { title: 'Мастер муси', titles: { romaji: 'Mushishi', english: 'Mushi-Shi', russian: 'Мастер муси', synonyms: [] } };

describe('titles', () => {
  it('are the server\'s choice unless a language is wished for and known', () => {
    expect(displayTitle(anime, 'auto')).toBe('Мастер муси');
    expect(displayTitle(anime, 'english')).toBe('Mushi-Shi');
    expect(displayTitle(anime, 'native')).toBe('Мастер муси');
  });

  it('have a second one that differs', () => {
    expect(secondTitle(anime, 'Мастер муси')).toBe('Mushishi');
    expect(secondTitle(anime, 'MUSHISHI')).toBe('Mushi-Shi');
    expect(secondTitle({ title: 'X', titles: { romaji: 'X', synonyms: [] } }, 'X')).toBeNull();
  });
});
