import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';

import type { Explain } from '@/components/anime/score-tree';
import { useLibraryState } from '@/hooks/use-library';
import { usePreferences } from '@/hooks/use-preferences';
import { post } from '@/lib/api';
import { toRated, toSeen } from '@/lib/library';
import type { Language, SearchRequest, SearchResponse } from '@/types/api';

import { kPagesAtOnce, kPageSize, type SearchState, toRequest } from '../model/search-state';

interface PageParam {
  readonly token: string | null;
  /** Cards to ask for. */
  readonly limit: number;
}

const countHits = (pages: readonly SearchResponse[]) => pages.reduce((sum, page) => sum + page.hits.length, 0);

/** What a search takes of one's own list: the list itself, or the name of the profile that holds it. */
export type ListPart = Pick<SearchRequest, 'rated' | 'seen' | 'profile'>;

export function searchOnce(
  state: SearchState,
  change: Partial<SearchRequest>,
  signal?: AbortSignal,
): Promise<SearchResponse> {
  const request = { ...toRequest(state), ...change };
  if (!state.mine || change.profile === undefined) return post<SearchResponse>('/api/v1/search', request, signal);
  // A profile teaches only a recommendation; a search it merely keeps clear of what is seen.
  const { q, ...rest } = request;
  return post<SearchResponse>('/api/v1/recommend', { ...rest, ...(q !== '' && { text: q }) }, signal);
}

/**
 * The results for a state, page by page. While the next ones come the old ones stay; an answer
 * that nobody waits for any more is aborted.
 */
export function useSearch(state: SearchState, language: Language) {
  const { profile, entries, revision } = useLibraryState();
  const { hideSeen } = usePreferences();
  const { mine } = state;
  const list = useMemo((): ListPart => {
    // A profile is made by the first word that is put into it.
    if (profile !== null) return entries.size > 0 && (mine || hideSeen) ? { profile } : {};
    const seen = hideSeen && !mine ? toSeen(entries) : [];
    return { ...(mine && { rated: toRated(entries) }), ...(seen.length > 0 && { seen }) };
  }, [profile, entries, hideSeen, mine]);
  const request = useMemo(() => ({ ...toRequest(state), ...list }), [state, list]);
  const { pages } = state;
  const search = useInfiniteQuery({
    queryKey: ['search', language, request, profile === null ? 0 : revision] as const,
    initialPageParam: { token: null, limit: kPageSize * Math.min(pages, kPagesAtOnce) } as PageParam,
    queryFn: ({ pageParam, signal }) =>
      searchOnce(
        state,
        {
          ...list,
          lang: language,
          limit: pageParam.limit,
          facets: pageParam.token === null,
          ...(pageParam.token !== null && { page: pageParam.token }),
        },
        signal,
      ),
    getNextPageParam: ({ next }, all): PageParam | null => {
      if (next === null) return null;
      const missing = pages * kPageSize - countHits(all);
      return { token: next, limit: Math.min(Math.max(missing, kPageSize), kPageSize * kPagesAtOnce) };
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 30 * 60_000,
  });
  const { data, hasNextPage, isFetching, isFetchNextPageError, isPlaceholderData, fetchNextPage } = search;
  // An address that asks for more pages than come at once is answered step by step.
  const missing = !isPlaceholderData && hasNextPage && countHits(data?.pages ?? []) < pages * kPageSize;
  useEffect(() => {
    if (missing && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [missing, isFetching, isFetchNextPageError, fetchNextPage]);
  /** Asks again for the very page that a hit stands on, this time with reasons. */
  const explain: Explain = useCallback(
    async (hit, signal) => {
      const at = data?.pages.findIndex((page) => page.hits.includes(hit)) ?? -1;
      const page = data?.pages[at];
      if (!page) return null;
      const token = (data?.pageParams[at] as PageParam | undefined)?.token;
      const change = { ...list, lang: language, limit: page.hits.length, facets: false, explain: true, ...(token && { page: token }) };
      const { hits } = await searchOnce(state, change, signal);
      return hits.find((one) => one.id === hit.id)?.why.score_tree ?? null;
    },
    [data, list, language, state],
  );
  return { search, explain };
}
