import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { post } from '@/lib/api';
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
  const request = useMemo(() => toRequest(state), [state]);
  const { pages } = state;
  return useInfiniteQuery({
    queryKey: ['search', language, request] as const,
    enabled,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      searchOnce(
        state,
        {
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
