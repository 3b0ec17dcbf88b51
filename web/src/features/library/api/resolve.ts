import { post } from '@/lib/api';
import type { Entry } from '@/lib/library';
import type { IdsResponse } from '@/types/api';

export interface Resolved {
  readonly entries: Entry[];
  /** How many of them the catalogue has. */
  readonly known: number;
}

/** Puts the server's ids and names in the place of other sites'; what it does not know stays as it is. */
export async function resolve(entries: readonly Entry[]): Promise<Resolved> {
  if (entries.length === 0) return { entries: [], known: 0 };
  try {
    const { resolved } = await post<IdsResponse>('/api/v1/ids', { ids: entries.map((entry) => entry.id) });
    const found = new Map(resolved.map((one) => [one.query, one]));
    return {
      entries: entries.map((entry) => {
        const one = found.get(entry.id);
        return one ? { ...entry, id: one.id, title: one.title } : entry;
      }),
      known: found.size,
    };
  } catch {
    // The server is away; foreign ids serve as well, only names and links wait.
    return { entries: [...entries], known: 0 };
  }
}
