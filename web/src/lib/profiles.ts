/** Lists that the server keeps under a name, and public lists of other sites that it fetches. */
import { get, ProblemError, send } from '@/lib/api';
import { type Entry, readEntry } from '@/lib/library';

export const kListSites = ['mal', 'anilist', 'kitsu', 'shikimori'] as const;
export type ListSite = (typeof kListSites)[number];
export const kSiteNames: Readonly<Record<ListSite, string>> = {
  mal: 'MyAnimeList',
  anilist: 'AniList',
  kitsu: 'Kitsu',
  shikimori: 'Shikimori',
};

/** Letters of any script, digits, hyphens, underscores: what the server takes as a name. */
export function isProfileName(name: string): boolean {
  return /^[\p{L}\p{N}_-]{1,40}$/u.test(name);
}

const path = (name: string, rest = '') => `/api/v1/profiles/${encodeURIComponent(name)}${rest}`;

interface EntriesAnswer {
  readonly entries: readonly unknown[];
}

const readEntries = ({ entries }: EntriesAnswer): Entry[] => entries.flatMap((one) => readEntry(one) ?? []);

const isNew = (error: unknown) => error instanceof ProblemError && error.problem.status === 404 && /^no profile/i.test(error.problem.detail);

/** Everything in a profile; nothing in one that is yet to be made. */
export async function fetchProfile(name: string, signal?: AbortSignal): Promise<Entry[]> {
  try {
    return readEntries(await get<EntriesAnswer>(path(name, '/entries'), {}, signal));
  } catch (error) {
    if (isNew(error)) return [];
    throw error;
  }
}

/** True where the server keeps lists at all: it knows this profile or would make it. */
export async function profileState(name: string): Promise<'there' | 'new' | 'off'> {
  try {
    await get(path(name));
    return 'there';
  } catch (error) {
    if (isNew(error)) return 'new';
    // A server without profiles knows no such path, and says so otherwise than of a name.
    if (error instanceof ProblemError && [403, 404].includes(error.problem.status)) return 'off';
    throw error;
  }
}

/** Brings one entry to what it shall be; null takes it out. */
export async function putProfileEntry(name: string, old: Entry | undefined, next: Entry | null): Promise<void> {
  const id = (next ?? old)?.id ?? '';
  const entry = path(name, `/entries/${encodeURIComponent(id).replaceAll('%3A', ':')}`);
  // A status cannot be unsaid but with its entry.
  if (old && (next === null || (old.status && !next.status))) await send('DELETE', entry);
  if (next === null) return;
  await send('PATCH', entry, { mark: next.mark ?? 'none', score: next.score ?? 0, ...(next.status && { status: next.status }) });
}

export function putProfileFile(name: string, file: Blob): Promise<unknown> {
  return send('PUT', path(name), file);
}

export function deleteProfile(name: string): Promise<unknown> {
  return send('DELETE', path(name));
}

export function fetchIntoProfile(name: string, site: ListSite, user: string): Promise<unknown> {
  return send('POST', path(name, '/fetch'), { site, user });
}

/** Somebody's public list, kept nowhere. */
export async function fetchPublicList(site: ListSite, user: string): Promise<Entry[]> {
  return readEntries(await send<EntriesAnswer>('POST', '/api/v1/lists/fetch', { site, user }));
}

export function exportPath(name: string, format: 'json' | 'mal'): string {
  return path(name, `/export?format=${format}`);
}
