import type { Language } from '@/types/api';

export type Theme = 'auto' | 'light' | 'dark';
export type TitleLanguage = 'auto' | 'english' | 'romaji' | 'native' | 'russian';

export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  readonly images: boolean;
  readonly titleLanguage: TitleLanguage;
  /** Show tags that give something of the story away. */
  readonly spoilers: boolean;
  /** Leave titles out of the results that one's own list calls seen or not interesting. */
  readonly hideSeen: boolean;
  /** Whose site tells where to watch: a region of `lib/watch`, the browser's ('auto'), none ('off') or one's own template ('own'). */
  readonly watchRegion: string;
  /** Address of a search for where to watch, with `{title}` in it. */
  readonly watchTemplate: string;
  /** What a server that wants keys is sent with each request; empty: nothing. */
  readonly apiKey: string;
}

const kPrefix = 'anireco.';

function read(name: string): string | null {
  try {
    return localStorage.getItem(kPrefix + name);
  } catch {
    return null;
  }
}

function oneOf<T extends string>(value: string | null, allowed: readonly T[], otherwise: T): T {
  return allowed.find((one) => one === value) ?? otherwise;
}

export function browserLanguage(languages: readonly string[]): Language {
  for (const language of languages) {
    const code = language.toLowerCase().split('-')[0];
    if (code === 'ru' || code === 'uk' || code === 'be' || code === 'kk') return 'ru';
    if (code === 'en') return 'en';
  }
  return 'en';
}

export const kThemes: readonly Theme[] = ['auto', 'light', 'dark'];
export const kTitleLanguages: readonly TitleLanguage[] = ['auto', 'english', 'romaji', 'native', 'russian'];

let current: Preferences = {
  language: oneOf(read('language'), ['en', 'ru'], browserLanguage(navigator.languages)),
  theme: oneOf(read('theme'), kThemes, 'auto'),
  images: read('images') !== 'false',
  titleLanguage: oneOf(read('titleLanguage'), kTitleLanguages, 'auto'),
  spoilers: read('spoilers') === 'true',
  hideSeen: read('hideSeen') !== 'false',
  watchRegion: read('watchRegion') ?? 'auto',
  watchTemplate: read('watchTemplate') ?? '',
  apiKey: read('apiKey') ?? '',
};

const listeners = new Set<() => void>();

export function getPreferences(): Preferences {
  return current;
}

export function subscribePreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  for (const [name, value] of Object.entries(change)) {
    try {
      if (value === '') localStorage.removeItem(kPrefix + name);
      else localStorage.setItem(kPrefix + name, String(value));
    } catch {
      // Without storage the choice lasts for this visit.
    }
  }
  tell();
}

// A key that is given or forgotten in one tab is so in all.
window.addEventListener('storage', ({ key, newValue }) => {
  if (key !== `${kPrefix}apiKey` && key !== null) return;
  current = { ...current, apiKey: newValue ?? '' };
  tell();
});
