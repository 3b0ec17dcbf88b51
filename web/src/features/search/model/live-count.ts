import type { FacetCount } from '@/types/api';

/** The server's longest list of counts: what is missing from a full one is not known to be none. */
const kLongest = 200;

/** How many titles a choice leaves: of this search once it has answered, of the catalogue before; null where it is not known. */
export function liveCount(counts: readonly FacetCount[] | undefined, of: FacetCount): number | null {
  if (!counts) return of.count;
  const found = counts.find((one) => one.value === of.value);
  if (found) return found.count;
  return counts.length < kLongest ? 0 : null;
}
