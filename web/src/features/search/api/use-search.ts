import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo } from 'react';

import type { Explain } from '@/components/anime/score-tree';
import { useLibraryState } from '@/hooks/use-library';
import { usePreferences } from '@/hooks/use-preferences';
import { post } from '@/lib/api';
import { toRated, toSeen } from '@/lib/library';
import type { LibraryState } from '@/lib/library-store';
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

function listPart({ profile, entries }: LibraryState, mine: boolean, hideSeen: boolean): ListPart {
  // A profile is made by the first word that is put into it.
  if (profile !== null) return entries.size > 0 && (mine || hideSeen) ? { profile } : {};
  const seen = hideSeen && !mine ? toSeen(entries) : [];
  return { ...(mine && { rated: toRated(entries) }), ...(seen.length > 0 && { seen }) };
}

/** revision: of the profile that `list` names, 0 without one. */
function searchOptions(state: SearchState, language: Language, list: ListPart, revision: number) {
  const { pages } = state;
  return infiniteQueryOptions({
    queryKey: ['search', language, { ...toRequest(state), ...list }, revision] as const,
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
    staleTime: 60_000,
    gcTime: 30 * 60_000,
  });
}

/** Sends the question for a state that is about to be shown, so that the answer is on its way while the page is drawn. */
export function useAskEarly(language: Language): (state: SearchState) => void {
  const client = useQueryClient();
  const library = useLibraryState();
  const { hideSeen } = usePreferences();
  return (state) => {
    const revision = library.profile === null ? 0 : library.revision;
    const { retry } = client.getDefaultOptions().queries ?? {};
    void client.prefetchInfiniteQuery({ ...searchOptions(state, language, listPart(library, state.mine, hideSeen), revision), retry });
  };
}

/**
 * The results for a state, page by page. While the next ones come the old ones stay; an answer
 * that nobody waits for any more is aborted.
 */
export function useSearch(state: SearchState, language: Language) {
  const library = useLibraryState();
  const { hideSeen } = usePreferences();
  const { mine, pages } = state;
  const list = useMemo(() => listPart(library, mine, hideSeen), [library, mine, hideSeen]);
  const search = useInfiniteQuery({
    ...searchOptions(state, language, list, library.profile === null ? 0 : library.revision),
    placeholderData: keepPreviousData,
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
