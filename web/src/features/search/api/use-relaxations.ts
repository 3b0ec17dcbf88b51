import { useQueries } from '@tanstack/react-query';

import type { Language } from '@/types/api';

import { type ActiveFilter, activeFilters, type SearchState, toRequest } from '../model/search-state';
import { searchOnce } from './use-search';

export interface Relaxation {
  readonly filter: ActiveFilter;
  readonly total: number;
}

/** When nothing fits: how many titles would, were one filter left out; the most helpful first. */
export function useRelaxations(state: SearchState, language: Language): Relaxation[] {
  const filters = activeFilters(state).slice(0, 12);
  const results = useQueries({
    queries: filters.map((filter) => ({
      queryKey: ['relaxation', toRequest(filter.without)],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        searchOnce(filter.without, { lang: language, limit: 1, facets: false }, signal),
      staleTime: 60_000,
      retry: false,
    })),
  });
  return filters
    .map((filter, index) => ({ filter, total: results[index]?.data?.total_filtered ?? 0 }))
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.total - a.total);
}
