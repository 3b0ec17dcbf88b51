import { get, type QueryValues } from '@/lib/api';
import { isHidden } from '@/lib/library';
import { getLibraryState } from '@/lib/library-store';
import { getPreferences } from '@/lib/preferences';
import type { Language, RandomResponse } from '@/types/api';

import { formatRange, isEmptyRange, kRangeFields, kTermFields, kValueFields, type SearchState } from '../model/search-state';

const kTries = 6;

/** A title by chance, within the filters of the state; not one that the list says was seen, where there are others. */
export async function fetchRandom(state: SearchState, language: Language): Promise<RandomResponse> {
  const { profile, entries } = getLibraryState();
  const hide = getPreferences().hideSeen;
  const query: QueryValues = { level: state.level, lang: language };
  if (hide && profile !== null && entries.size > 0) query['profile'] = profile;
  for (const field of kTermFields) {
    query[field] = state.terms[field].all;
    query[`not_${field}`] = state.terms[field].none;
  }
  for (const field of kValueFields) query[field] = state.values[field];
  for (const field of kRangeFields) {
    if (!isEmptyRange(state.ranges[field])) query[field] = formatRange(state.ranges[field]);
  }
  let found = await get<RandomResponse>('/api/v1/random', query);
  const isKnown = () => {
    const entry = entries.get(found.anime.id);
    return hide && entry !== undefined && isHidden(entry);
  };
  for (let tries = 1; tries < kTries && isKnown(); tries += 1) found = await get<RandomResponse>('/api/v1/random', query);
  return found;
}
