import { type Entry, fromJson, kMaxEntries, type ListStatus, siteId } from '@/lib/library';
import type { ExternalIds } from '@/types/api';

type Fields = Record<string, unknown>;

const kStatusWords: Readonly<Record<string, ListStatus>> = {
  plantowatch: 'planned', planning: 'planned', planned: 'planned', '6': 'planned',
  watching: 'watching', current: 'watching', rewatching: 'watching', repeating: 'watching', '1': 'watching',
  completed: 'completed', '2': 'completed',
  onhold: 'on_hold', paused: 'on_hold', '3': 'on_hold',
  dropped: 'dropped', '4': 'dropped',
};

/** A status as any of the sites writes it. */
function statusOf(word: unknown): ListStatus | undefined {
  return kStatusWords[String(word ?? '').toLowerCase().replaceAll(/[\s_-]/g, '')];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

const number = (value: unknown) => (Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined);
const text = (value: unknown) => (typeof value === 'string' ? value : '');

interface Found {
  ids: { [Site in keyof ExternalIds]: ExternalIds[Site] | undefined };
  title: string;
  status: ListStatus | undefined;
  score: number;
}

/** What a site says of a title as an entry; null when nobody could find the title or nothing is said of it. */
function entryOf({ ids, title, status, score }: Found): Entry | null {
  const known = Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== undefined)) as ExternalIds;
  const id = siteId(known);
  const whole = Math.round(score);
  const scored = whole >= 1 && whole <= 10;
  if (id === null || (!status && !scored)) return null;
  return { id, ids: known, title, ...(status && { status }), ...(scored && { score: whole }) };
}

/** MyAnimeList's export; Shikimori and Kitsu write the same. */
function readMalXml(source: string): Entry[] | null {
  const document = new DOMParser().parseFromString(source, 'text/xml');
  if (document.querySelector('parsererror') || !document.querySelector('myanimelist')) return null;
  return [...document.querySelectorAll('anime')].flatMap((anime) => {
    const field = (name: string) => anime.getElementsByTagName(name)[0]?.textContent?.trim() ?? '';
    return (
      entryOf({
        ids: { mal: number(field('series_animedb_id')) },
        title: field('series_title'),
        status: statusOf(field('my_status')),
        score: Number(field('my_score')) || 0,
      }) ?? []
    );
  });
}

/** Shikimori's export, an array of rates; it numbers anime as MyAnimeList does. */
function readShikimori(rates: unknown[]): Entry[] {
  return rates.flatMap((one) => {
    const rate = fieldsOf(one);
    const anime = fieldsOf(rate['anime']);
    if (text(rate['target_type']) !== '' && rate['target_type'] !== 'Anime') return [];
    const id = number(rate['target_id'] ?? anime['id']);
    return (
      entryOf({
        ids: { mal: id, shikimori: id },
        title: text(rate['target_title']) || text(anime['name']),
        status: statusOf(rate['status']),
        score: Number(rate['score']) || 0,
      }) ?? []
    );
  });
}

/** How AniList's five ways of scoring become one to ten; smileys are its own 35, 60 and 85 of 100. */
function aniListScore(score: number, format: string, most: number): number {
  if (score <= 0) return 0;
  if (format === 'POINT_3') return [4, 6, 9][Math.min(3, Math.round(score)) - 1] ?? 0;
  if (format === 'POINT_5') return score * 2;
  const hundred = format === 'POINT_100' || (!format.startsWith('POINT_10') && most > 10);
  return Math.max(1, Math.floor((hundred ? score / 10 : score) + 0.5));
}

/** The answer of AniList's MediaListCollection, as several tools save it. */
function readAniList(collection: Fields): Entry[] {
  const format = text(fieldsOf(fieldsOf(collection['user'])['mediaListOptions'])['scoreFormat']);
  const all = listOf(collection['lists']).flatMap((list) => listOf(fieldsOf(list)['entries']).map(fieldsOf));
  const most = Math.max(0, ...all.map((one) => Number(one['score']) || 0));
  return all.flatMap((one) => {
    const media = fieldsOf(one['media']);
    if (text(media['type']) !== '' && media['type'] !== 'ANIME') return [];
    const title = fieldsOf(media['title']);
    return (
      entryOf({
        ids: { mal: number(media['idMal']), anilist: number(media['id'] ?? one['mediaId']) },
        title: text(title['english']) || text(title['romaji']) || text(title['native']) || text(title['userPreferred']),
        status: statusOf(one['status']),
        score: aniListScore(Number(one['score']) || 0, format, most),
      }) ?? []
    );
  });
}

/** AniList's export of everything that it stores of a person: numbers for words, scores of a hundred. */
function readAniListExport(lists: unknown[]): Entry[] {
  const statuses: readonly ListStatus[] = ['watching', 'planned', 'completed', 'dropped', 'on_hold', 'watching'];
  return lists.flatMap((value) => {
    const one = fieldsOf(value);
    if (one['series_type'] !== 0) return [];
    const score = aniListScore(Number(one['score']) || 0, 'POINT_100', 100);
    return entryOf({ ids: { anilist: number(one['series_id']) }, title: '', status: statuses[Number(one['status'])], score }) ?? [];
  });
}

/** The answer of MyAnimeList's API. */
function readMalJson(data: unknown[]): Entry[] {
  return data.flatMap((value) => {
    const node = fieldsOf(fieldsOf(value)['node']);
    const state = fieldsOf(fieldsOf(value)['list_status']);
    return entryOf({ ids: { mal: number(node['id']) }, title: text(node['title']), status: statusOf(state['status']), score: Number(state['score']) || 0 }) ?? [];
  });
}

function readJson(source: string): Entry[] | null {
  let root: unknown;
  try {
    root = JSON.parse(source);
  } catch {
    return null;
  }
  const fields = fieldsOf(root);
  if (fields['format'] === 'anireco-list') return fromJson(source);
  if (Array.isArray(root)) {
    const plain = root.every((one) => typeof one === 'string' || typeof one === 'number');
    return plain ? readIds(root.join('\n')) : readShikimori(root);
  }
  const collection = fieldsOf(fieldsOf(fields['data'])['MediaListCollection'] ?? fields['MediaListCollection']);
  if ('lists' in collection) return readAniList(collection);
  if (Array.isArray(fields['lists'])) {
    const nested = listOf(fields['lists']).some((list) => 'entries' in fieldsOf(list));
    return nested ? readAniList(fields) : readAniListExport(fields['lists']);
  }
  return Array.isArray(fields['data']) ? readMalJson(fields['data']) : null;
}

/** Ids apart by blanks, commas or lines; a bare number is MyAnimeList's. Who lists ids has seen the titles. */
function readIds(source: string): Entry[] | null {
  const words = source.replaceAll(/#.*$/gm, '').split(/[\s,;]+/).filter((word) => word !== '');
  const entries: Entry[] = [];
  for (const word of words) {
    const [, site = 'mal', id] = /^(?:(mal|anilist|kitsu|anidb|shikimori|imdb):)?((?:tt)?\d{1,10})$/i.exec(word) ?? [];
    if (id === undefined || (site.toLowerCase() === 'imdb') !== id.startsWith('tt')) return null;
    const name = site.toLowerCase() as keyof ExternalIds;
    const ids = { [name]: name === 'imdb' ? id : Number(id) } as ExternalIds;
    entries.push({ id: `${name}:${id}`, ids, title: '', status: 'completed' });
  }
  return entries;
}

async function textOf(file: Blob): Promise<string> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  if (!packed) return file.text();
  return new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))).text();
}

/**
 * A list of MyAnimeList (XML, plain or .gz; JSON), Shikimori, AniList, Kitsu (as XML), from here, or plain ids;
 * null when it is none of them or holds no title.
 */
export async function readList(file: Blob): Promise<Entry[] | null> {
  const source = (await textOf(file).catch(() => '')).replace(/^\uFEFF/, '').trim();
  const read = source.startsWith('<') ? readMalXml(source) : /^[[{]/.test(source) ? readJson(source) : readIds(source);
  return read && read.length > 0 ? read.slice(0, kMaxEntries) : null;
}
