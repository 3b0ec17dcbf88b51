import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { useLibrary } from '@/hooks/use-library';
import { usePreferences } from '@/hooks/use-preferences';
import { post } from '@/lib/api';
import { toRated, toSeen } from '@/lib/library';
import type { Language, SearchRequest, SearchResponse } from '@/types/api';

import { kPageSize, type SearchState, toRequest } from '../model/search-state';

export function searchOnce(
  state: SearchState,
  change: Partial<SearchRequest>,
  signal?: AbortSignal,
): Promise<SearchResponse> {
  return post<SearchResponse>('/api/v1/search', { ...toRequest(state), ...change }, signal);
}

/**
 * The results for a state, page by page. While the next ones come the old ones stay; an answer
 * that nobody waits for any more is aborted.
 */
export function useSearch(state: SearchState, language: Language, enabled: boolean) {
  const library = useLibrary();
  const { hideSeen } = usePreferences();
  const { mine } = state;
  const list = useMemo(() => {
    const seen = hideSeen && !mine ? toSeen(library) : [];
    return { ...(mine && { rated: toRated(library) }), ...(seen.length > 0 && { seen }) };
  }, [library, hideSeen, mine]);
  const request = useMemo(() => ({ ...toRequest(state), ...list }), [state, list]);
  const { pages } = state;
  return useInfiniteQuery({
    queryKey: ['search', language, request] as const,
    enabled,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      searchOnce(
        state,
        {
          ...list,
          lang: language,
          limit: pageParam === null ? kPageSize * pages : kPageSize,
          facets: pageParam === null,
          ...(pageParam !== null && { page: pageParam }),
        },
        signal,
      ),
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 30 * 60_000,
  });
}
