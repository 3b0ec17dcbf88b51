/** What a person said of titles, and the forms in which that is kept, sent and exported. */
import type { ExternalIds } from '@/types/api';

export type ListStatus = 'planned' | 'watching' | 'completed' | 'on_hold' | 'dropped';
/** What the buttons on a card say; liked and disliked keep each other out, seen stands beside either. */
export type Mark = 'liked' | 'disliked' | 'seen';

export interface Entry {
  /** The catalogue's id, or a site's ("mal:457") that the catalogue may know some day. */
  readonly id: string;
  readonly ids?: ExternalIds;
  readonly title: string;
  readonly status?: ListStatus;
  /** 1 to 10. */
  readonly score?: number;
  readonly mark?: 'liked' | 'disliked';
}

export type Library = ReadonlyMap<string, Entry>;

/** As many as a search may carry. */
export const kMaxEntries = 20_000;
export const kStatuses: readonly ListStatus[] = ['watching', 'completed', 'on_hold', 'dropped', 'planned'];
const kMarks = ['liked', 'disliked'] as const;

function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((one) => one === value);
}

function readIds(value: unknown): ExternalIds | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const known = Object.entries(value).filter(([site, id]) =>
    site === 'imdb' ? typeof id === 'string' && /^tt\d{1,12}$/.test(id) : /^(mal|anilist|kitsu|anidb|shikimori)$/.test(site) && Number.isInteger(id) && Number(id) > 0,
  );
  return known.length > 0 ? (Object.fromEntries(known) as ExternalIds) : undefined;
}

/** The id that a title is known by in this page where the catalogue's own is not given. */
export function siteId(ids: ExternalIds | undefined): string | null {
  for (const site of ['mal', 'anilist', 'kitsu', 'anidb', 'shikimori', 'imdb'] as const) {
    if (ids?.[site] !== undefined) return `${site}:${ids[site]}`;
  }
  return null;
}

/** One entry of our own form, of today or of the page's first days; null when it is broken or says nothing. */
export function readEntry(value: unknown): Entry | null {
  if (typeof value !== 'object' || value === null) return null;
  const fields = value as Record<string, unknown>;
  const ids = readIds(fields['ids']);
  const id = typeof fields['id'] === 'string' && fields['id'] !== '' ? fields['id'] : siteId(ids);
  if (id === null || !/^[A-Za-z0-9:]{1,64}$/.test(id)) return null;
  const score = Number(fields['score'] ?? fields['rating'] ?? 0);
  const status = fields['mark'] === 'seen' ? 'completed' : oneOf(fields['status'], kStatuses);
  const mark = oneOf(fields['mark'], kMarks);
  const scored = score >= 1 && score <= 10;
  if (!status && !mark && !scored) return null;
  return {
    id,
    ...(ids && { ids }),
    title: typeof fields['title'] === 'string' ? fields['title'] : '',
    ...(status && { status }),
    ...(scored && { score }),
    ...(mark && { mark }),
  };
}

/** Reads what `toJson` wrote; null when it is something else. Entries that are broken are left out. */
export function fromJson(text: string): Entry[] | null {
  try {
    const value = JSON.parse(text) as { format?: unknown; entries?: unknown } | null;
    if (value?.format !== 'anireco-list' || !Array.isArray(value.entries)) return null;
    return value.entries.flatMap((one) => readEntry(one) ?? []).slice(0, kMaxEntries);
  } catch {
    return null;
  }
}

export function toJson(library: Library): string {
  return `${JSON.stringify({ format: 'anireco-list', version: 1, entries: [...library.values()] }, null, 1)}\n`;
}

export function isSeen(entry: Entry): boolean {
  return entry.status !== undefined && entry.status !== 'planned';
}

export function hasMark(entry: Entry | undefined, mark: Mark): boolean {
  if (!entry) return false;
  return mark === 'seen' ? isSeen(entry) : entry.mark === mark;
}

/** The entry after a press on one of the marks, which sets it or takes it back; null when nothing is left to say. */
export function withMark(entry: Entry, mark: Mark): Entry | null {
  const { mark: old, status, ...rest } = entry;
  const set = !hasMark(entry, mark);
  const nextMark = mark === 'seen' ? old : set ? mark : undefined;
  const nextStatus = mark === 'seen' ? (set ? 'completed' : undefined) : status;
  if (!nextMark && !nextStatus && rest.score === undefined) return null;
  return { ...rest, ...(nextStatus && { status: nextStatus }), ...(nextMark && { mark: nextMark }) };
}

/** Not to be shown again: seen, or not wanted. */
export function isHidden(entry: Entry): boolean {
  return isSeen(entry) || entry.mark === 'disliked';
}

/** How a mark counts where there is no score of one's own. */
const kScoreOfMark = { liked: 9, disliked: 2 } as const;

/** What a recommendation learns from; what is only planned stays free to be found. */
export function toRated(library: Library): { id: string; rating: number }[] {
  return [...library.values()]
    .filter((entry) => isSeen(entry) || entry.mark !== undefined || entry.score !== undefined)
    .map(({ id, mark, score }) => ({ id, rating: mark === 'disliked' ? kScoreOfMark.disliked : (score ?? (mark ? kScoreOfMark[mark] : 0)) }));
}

export function toSeen(library: Library): string[] {
  return [...library.values()].filter(isHidden).map(({ id }) => id);
}
