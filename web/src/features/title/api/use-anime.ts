import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';

import type { Explain } from '@/components/anime/score-tree';
import { get } from '@/lib/api';
import type { Anime, Language, Level, SearchResponse } from '@/types/api';

const kSimilar = 12;
const path = (id: string) => `/api/v1/anime/${encodeURIComponent(id).replaceAll('%3A', ':')}`;

export function useAnime(id: string, level: Level, language: Language) {
  return useQuery({
    queryKey: ['anime', language, level, id],
    queryFn: ({ signal }) => get<Anime>(path(id), { level, lang: language }, signal),
    staleTime: 5 * 60_000,
  });
}

/** What is close to a title, and a way to ask how each came to be. */
export function useSimilar(id: string, level: Level, language: Language) {
  const ask = useCallback(
    (explain: boolean, signal: AbortSignal) =>
      get<SearchResponse>(`${path(id)}/similar`, { level, lang: language, limit: kSimilar, facets: 'false', explain: String(explain) }, signal),
    [id, level, language],
  );
  const similar = useQuery({
    queryKey: ['similar', language, level, id],
    queryFn: ({ signal }) => ask(false, signal),
    staleTime: 5 * 60_000,
  });
  const explain: Explain = useCallback(
    async (hit, signal) => (await ask(true, signal)).hits.find((one) => one.id === hit.id)?.why.score_tree ?? null,
    [ask],
  );
  return { similar, explain };
}
