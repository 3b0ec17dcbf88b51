import { useQueries } from '@tanstack/react-query';

import type { Language, UnderstoodItem } from '@/types/api';

import { activeFilters, type ActiveFilter, type SearchState, toRequest } from '../model/search-state';
import { searchOnce } from './use-search';

/** One thing that narrows the search, chosen or understood, and what the search would be without it. */
export interface Narrowing {
  readonly id: string;
  readonly filter?: ActiveFilter;
  readonly understood?: UnderstoodItem;
  readonly without: SearchState;
}

export interface Relaxation extends Narrowing {
  readonly total: number;
}

const kMost = 12;

/** Everything that may be the reason why nothing fits. */
export function narrowings(state: SearchState, understood: readonly UnderstoodItem[]): Narrowing[] {
  const read = understood
    .filter((item) => item.applied && item.kind !== 'liked' && item.kind !== 'disliked')
    .map((item) => ({ id: item.key, understood: item, without: { ...state, pages: 1, off: [...state.off, item.key] } }));
  const chosen = activeFilters(state)
    .filter((filter) => filter.field !== 'popularity')
    .map((filter) => ({ id: filter.id, filter, without: filter.without }));
  return [...chosen, ...read].slice(0, kMost);
}

/** When nothing fits: how many titles would, were one thing left out; the most helpful first. */
export function useRelaxations(state: SearchState, understood: readonly UnderstoodItem[], language: Language): Relaxation[] {
  const all = narrowings(state, understood);
  const results = useQueries({
    queries: all.map(({ without }) => ({
      queryKey: ['relaxation', toRequest(without)],
      queryFn: ({ signal }: { signal: AbortSignal }) => searchOnce(without, { lang: language, limit: 1, facets: false }, signal),
      staleTime: 60_000,
      retry: false,
    })),
  });
  return all
    .map((one, index) => ({ ...one, total: results[index]?.data?.total_filtered ?? 0 }))
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.total - a.total);
}
