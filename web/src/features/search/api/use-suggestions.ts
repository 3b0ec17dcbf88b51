import { useQuery } from '@tanstack/react-query';

import { get } from '@/lib/api';
import type { Language, Level, SuggestResponse } from '@/types/api';

const kLongestTitle = 60;

/** Titles whose name begins with, or nearly is, the text; nothing for what reads as a description. */
export function useSuggestions(text: string, level: Level, language: Language) {
  const q = text.trim();
  const enabled = q.length >= 2 && q.length <= kLongestTitle;
  const query = useQuery({
    queryKey: ['suggest', language, level, q],
    enabled,
    queryFn: ({ signal }) =>
      get<SuggestResponse>('/api/v1/suggest', { q, limit: 5, level, lang: language }, signal),
    staleTime: 5 * 60_000,
    retry: false,
  });
  return enabled ? (query.data?.suggestions ?? []) : [];
}
