import type { TitleLanguage } from '@/lib/preferences';
import type { Titles } from '@/types/api';

interface Named {
  readonly title: string;
  readonly titles: Titles;
}

/** The name to show: the wished-for language's where it is known, else the server's choice. */
export function displayTitle(anime: Named, language: TitleLanguage): string {
  if (language === 'auto') return anime.title;
  return anime.titles[language] ?? anime.title;
}

/** One more name to tell it by: the original's, unless it is the one that is shown. */
export function secondTitle(anime: Named, shown: string): string | null {
  const { romaji, english, native } = anime.titles;
  const same = (name: string) => name.toLowerCase() === shown.toLowerCase();
  return [romaji, english, native].find((name) => name !== undefined && !same(name)) ?? null;
}
