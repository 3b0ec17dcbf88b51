import { useQuery } from '@tanstack/react-query';

import { post } from '@/lib/api';
import type { IdsResponse, Language, Level } from '@/types/api';

/** The titles behind ids in the address, for chips: id or name → title. */
export function useNames(ids: readonly string[], level: Level, language: Language): ReadonlyMap<string, string> {
  const sorted = [...ids].sort();
  const query = useQuery({
    queryKey: ['names', language, level, sorted],
    enabled: sorted.length > 0,
    queryFn: ({ signal }) => post<IdsResponse>('/api/v1/ids', { ids: sorted, level, lang: language }, signal),
    staleTime: 5 * 60_000,
    retry: false,
  });
  return new Map(query.data?.resolved.map((one) => [one.query, one.title]));
}
