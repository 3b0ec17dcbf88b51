import { get, type QueryValues } from '@/lib/api';
import type { Language, RandomResponse } from '@/types/api';

import { formatRange, isEmptyRange, kRangeFields, kTermFields, kValueFields, type SearchState } from '../model/search-state';

/** A title by chance, within the filters of the state. */
export function fetchRandom(state: SearchState, language: Language): Promise<RandomResponse> {
  const query: QueryValues = { level: state.level, lang: language };
  for (const field of kTermFields) {
    query[field] = state.terms[field].all;
    query[`not_${field}`] = state.terms[field].none;
  }
  for (const field of kValueFields) query[field] = state.values[field];
  for (const field of kRangeFields) {
    if (!isEmptyRange(state.ranges[field])) query[field] = formatRange(state.ranges[field]);
  }
  return get<RandomResponse>('/api/v1/random', query);
}
