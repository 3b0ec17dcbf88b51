import { kLevels } from '@/hooks/use-level';
import type { Filters, Level, SearchRequest, SortBy } from '@/types/api';

/** Fields that hold many values; each can be asked for or kept out. */
export const kTermFields = ['genre', 'theme', 'demographic', 'tag', 'studio'] as const;
/** Fields that hold one value; a choice means any of them. */
export const kValueFields = ['type', 'status', 'season', 'source'] as const;
export const kRangeFields = ['year', 'score', 'episodes', 'duration'] as const;

export type TermField = (typeof kTermFields)[number];
export type ValueField = (typeof kValueFields)[number];
export type RangeField = (typeof kRangeFields)[number];
export type ListField = TermField | ValueField;

export const kSorts: readonly SortBy[] = ['relevance', 'score', 'popularity', 'year'];
export const kPageSize = 24;
/** The server's largest page holds four of ours. */
export const kPagesAtOnce = 4;
/** A thousand cards; who reads on further begins there again. */
const kMaxPages = 42;
/** Characters that the server takes. */
export const kMaxText = 2048;

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

export interface Terms {
  readonly all: readonly string[];
  readonly none: readonly string[];
}

/** Everything a person has asked for. Its form in the address is `toQuery`. */
export interface SearchState {
  readonly q: string;
  readonly like: readonly string[];
  readonly dislike: readonly string[];
  /** Recommend from one's own list. */
  readonly mine: boolean;
  /** Keys of what was understood and shall be ignored. */
  readonly off: readonly string[];
  readonly terms: Readonly<Record<TermField, Terms>>;
  readonly values: Readonly<Record<ValueField, readonly string[]>>;
  readonly ranges: Readonly<Record<RangeField, Range>>;
  /** From -1, hidden gems, to 1, the best known; absent: the server's choice. */
  readonly popularity?: number;
  readonly sort: SortBy;
  readonly level: Level;
  /** Pages to show at once when the address is opened anew. */
  readonly pages: number;
}

const kNoTerms: Terms = { all: [], none: [] };

export const kEmptyState: SearchState = {
  q: '',
  like: [],
  dislike: [],
  mine: false,
  off: [],
  terms: { genre: kNoTerms, theme: kNoTerms, demographic: kNoTerms, tag: kNoTerms, studio: kNoTerms },
  values: { type: [], status: [], season: [], source: [] },
  ranges: { year: {}, score: {}, episodes: {}, duration: {} },
  sort: 'relevance',
  level: 'standard',
  pages: 1,
};

function unique(values: readonly string[]): string[] {
  return [...new Set(values.map((value) => value.trim()).filter((value) => value !== ''))];
}

/** "2000..2010", "2000..", "..2010" or "2005". Anything else is no range. */
export function parseRange(text: string | null): Range {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)?(\.\.)?(\d{1,9}(?:\.\d{1,3})?)?$/.exec(text?.trim() ?? '');
  if (!match) return {};
  const [, low, dots, high] = match;
  if (!dots) return low === undefined || high !== undefined ? {} : { min: Number(low), max: Number(low) };
  const min = low === undefined ? undefined : Number(low);
  const max = high === undefined ? undefined : Number(high);
  if (min !== undefined && max !== undefined && min > max) return { min: max, max: min };
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}

export function formatRange({ min, max }: Range): string {
  if (min === undefined && max === undefined) return '';
  if (min === max) return String(min);
  return `${min ?? ''}..${max ?? ''}`;
}

export function isEmptyRange(range: Range): boolean {
  return range.min === undefined && range.max === undefined;
}

function oneOf<T extends string>(value: string | null, allowed: readonly T[], otherwise: T): T {
  return allowed.find((one) => one === value) ?? otherwise;
}

function parseDial(text: string | null): number | undefined {
  if (text === null || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? Math.min(1, Math.max(-1, value)) : undefined;
}

function record<K extends string, V>(keys: readonly K[], make: (key: K) => V): Record<K, V> {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, V>;
}

/** Reads an address's query. What is not understood there is passed over, never an error. */
export function fromQuery(search: string): SearchState {
  const params = new URLSearchParams(search);
  const terms = record(kTermFields, (field) => {
    const all = unique(params.getAll(field));
    return { all, none: unique(params.getAll(`not_${field}`)).filter((one) => !all.includes(one)) };
  });
  const values = record(kValueFields, (field) => unique(params.getAll(field)));
  const ranges = record(kRangeFields, (field) => parseRange(params.get(field)));
  const pages = Math.trunc(Number(params.get('pages')));
  return {
    q: params.get('q') ?? '',
    like: unique(params.getAll('like')),
    dislike: unique(params.getAll('dislike')),
    mine: params.get('mine') === '1',
    off: unique(params.getAll('off')),
    terms,
    values,
    ranges,
    popularity: parseDial(params.get('popularity')),
    sort: oneOf(params.get('sort'), kSorts, 'relevance'),
    level: oneOf(params.get('level'), kLevels, 'standard'),
    pages: pages >= 1 ? Math.min(pages, kMaxPages) : 1,
  };
}

/** The query of the address, without "?": only what differs from the default, in a fixed order. */
export function toQuery(state: SearchState): string {
  const params = new URLSearchParams();
  const addAll = (name: string, list: readonly string[]) => list.forEach((value) => params.append(name, value));
  if (state.q !== '') params.set('q', state.q);
  addAll('like', state.like);
  addAll('dislike', state.dislike);
  if (state.mine) params.set('mine', '1');
  for (const field of kTermFields) {
    addAll(field, state.terms[field].all);
    addAll(`not_${field}`, state.terms[field].none);
  }
  for (const field of kValueFields) addAll(field, state.values[field]);
  for (const field of kRangeFields) {
    const text = formatRange(state.ranges[field]);
    if (text !== '') params.set(field, text);
  }
  if (state.popularity !== undefined) params.set('popularity', String(state.popularity));
  if (state.sort !== 'relevance') params.set('sort', state.sort);
  if (state.level !== 'standard') params.set('level', state.level);
  addAll('off', state.off);
  if (state.pages > 1) params.set('pages', String(Math.min(state.pages, kMaxPages)));
  return params.toString();
}

export function toPath(state: SearchState): string {
  const query = toQuery(state);
  return query === '' ? '/' : `/?${query}`;
}

/** Nothing was asked for yet: the page greets instead of searching. */
export function isBlank(state: SearchState): boolean {
  return toQuery({ ...state, q: state.q.trim(), off: [], pages: 1, level: 'standard' }) === '';
}

export function toFilters(state: SearchState): Filters {
  const terms = (field: TermField) => {
    const { all, none } = state.terms[field];
    if (all.length === 0 && none.length === 0) return undefined;
    return { ...(all.length > 0 && { all: [...all] }), ...(none.length > 0 && { none: [...none] }) };
  };
  const values = (field: ValueField) => (state.values[field].length > 0 ? { any: [...state.values[field]] } : undefined);
  const range = (field: RangeField) => (isEmptyRange(state.ranges[field]) ? undefined : { ...state.ranges[field] });
  const filters = {
    genres: terms('genre'),
    themes: terms('theme'),
    demographics: terms('demographic'),
    tags: terms('tag'),
    studios: terms('studio'),
    types: values('type'),
    statuses: values('status'),
    seasons: values('season'),
    sources: values('source'),
    year: range('year'),
    score: range('score'),
    episodes: range('episodes'),
    duration_minutes: range('duration'),
  };
  // An unknown type in a hand-written address is for the server to refuse by name.
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Filters;
}

/** The text cut where the server would refuse it, never inside a character. */
export function cutText(text: string): string {
  return text.length <= kMaxText ? text : [...text].slice(0, kMaxText).join('');
}

export function toRequest(state: SearchState): Omit<SearchRequest, 'limit' | 'page' | 'lang'> {
  return {
    q: cutText(state.q.trim()),
    liked: [...state.like],
    disliked: [...state.dislike],
    off: [...state.off],
    filters: toFilters(state),
    level: state.level,
    sort: state.sort,
    ...(state.popularity !== undefined && { popularity: state.popularity }),
    understand: true,
    group: true,
    facets: true,
    explain: false,
  };
}

export type TermMark = 'off' | 'all' | 'none';

export function termMark(state: SearchState, field: TermField, value: string): TermMark {
  if (state.terms[field].all.includes(value)) return 'all';
  return state.terms[field].none.includes(value) ? 'none' : 'off';
}

export function withTerm(state: SearchState, field: TermField, value: string, mark: TermMark): SearchState {
  const without = (list: readonly string[]) => list.filter((one) => one !== value);
  const { all, none } = state.terms[field];
  const next: Terms = {
    all: mark === 'all' ? [...without(all), value] : without(all),
    none: mark === 'none' ? [...without(none), value] : without(none),
  };
  return { ...state, pages: 1, terms: { ...state.terms, [field]: next } };
}

/** off → asked for → kept out → off. */
export function nextMark(mark: TermMark): TermMark {
  return mark === 'off' ? 'all' : mark === 'all' ? 'none' : 'off';
}

export function withValues(state: SearchState, field: ValueField, values: readonly string[]): SearchState {
  return { ...state, pages: 1, values: { ...state.values, [field]: [...values] } };
}

export function withRange(state: SearchState, field: RangeField, range: Range): SearchState {
  return { ...state, pages: 1, ranges: { ...state.ranges, [field]: range } };
}

/** One thing that narrows or steers the search, and the search without it. */
export interface ActiveFilter {
  readonly id: string;
  readonly field: ListField | RangeField | 'popularity' | 'level';
  readonly value: string;
  readonly excluded: boolean;
  readonly without: SearchState;
}

export function activeFilters(state: SearchState): ActiveFilter[] {
  const found: ActiveFilter[] = [];
  const add = (field: ActiveFilter['field'], value: string, excluded: boolean, without: SearchState) =>
    found.push({ id: `${excluded ? 'not_' : ''}${field}:${value}`, field, value, excluded, without });
  for (const field of kTermFields) {
    for (const value of state.terms[field].all) add(field, value, false, withTerm(state, field, value, 'off'));
    for (const value of state.terms[field].none) add(field, value, true, withTerm(state, field, value, 'off'));
  }
  for (const field of kValueFields) {
    for (const value of state.values[field]) {
      const rest = state.values[field].filter((one) => one !== value);
      add(field, value, false, withValues(state, field, rest));
    }
  }
  for (const field of kRangeFields) {
    const text = formatRange(state.ranges[field]);
    if (text !== '') add(field, text, false, withRange(state, field, {}));
  }
  if (state.popularity !== undefined) {
    add('popularity', String(state.popularity), false, { ...state, pages: 1, popularity: undefined });
  }
  return found;
}

export function withoutFilters(state: SearchState): SearchState {
  return { ...kEmptyState, q: state.q, like: state.like, dislike: state.dislike, mine: state.mine, off: state.off, sort: state.sort, level: state.level };
}
