import { useQuery } from '@tanstack/react-query';

import { get } from '@/lib/api';
import type { Anime, Language, SearchResponse } from '@/types/api';

const path = (id: string) => `/api/v1/anime/${encodeURIComponent(id).replaceAll('%3A', ':')}`;

export function useAnime(id: string, language: Language) {
  return useQuery({
    queryKey: ['anime', language, id],
    queryFn: ({ signal }) => get<Anime>(path(id), { lang: language }, signal),
    staleTime: 5 * 60_000,
  });
}

export function useSimilar(id: string, language: Language) {
  return useQuery({
    queryKey: ['similar', language, id],
    queryFn: ({ signal }) => get<SearchResponse>(`${path(id)}/similar`, { lang: language, limit: 12, facets: 'false' }, signal),
    staleTime: 5 * 60_000,
  });
}
