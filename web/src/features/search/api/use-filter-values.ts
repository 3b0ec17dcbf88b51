import { useQuery } from '@tanstack/react-query';

import { get } from '@/lib/api';
import type { FilterValues, Language, Level } from '@/types/api';

export function useFilterValues(level: Level, language: Language) {
  return useQuery({
    queryKey: ['filters', language, level],
    queryFn: ({ signal }) => get<FilterValues>('/api/v1/filters', { level, lang: language, limit: 200 }, signal),
    staleTime: 5 * 60_000,
  });
}
