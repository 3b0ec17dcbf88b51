import type { ExternalIds, Language, Level } from '@/types/api';

export interface SiteLink {
  readonly site: string;
  readonly url: string;
}

const kSites: readonly { key: keyof ExternalIds; site: string; prefix: string }[] = [
  { key: 'mal', site: 'MyAnimeList', prefix: 'https://myanimelist.net/anime/' },
  { key: 'anilist', site: 'AniList', prefix: 'https://anilist.co/anime/' },
  { key: 'shikimori', site: 'Shikimori', prefix: 'https://shikimori.one/animes/' },
  { key: 'kitsu', site: 'Kitsu', prefix: 'https://kitsu.app/anime/' },
  { key: 'anidb', site: 'AniDB', prefix: 'https://anidb.net/anime/' },
  { key: 'imdb', site: 'IMDb', prefix: 'https://www.imdb.com/title/' },
];

/** Pages of the title on other sites, the best known first; to a Russian reader, the Russian one. */
export function siteLinks(ids: ExternalIds, language: Language = 'en'): SiteLink[] {
  const sites = language === 'ru' ? [...kSites].sort((a, b) => Number(b.key === 'shikimori') - Number(a.key === 'shikimori')) : kSites;
  return sites.flatMap(({ key, site, prefix }) => (ids[key] === undefined ? [] : [{ site, url: prefix + String(ids[key]) }]));
}

/** An address from the catalogue, when a browser may follow it: never `javascript:` and the like. */
export function webUrl(url: string | null | undefined): string | null {
  if (!url) return null;
  try {
    const { protocol, href } = new URL(url);
    return protocol === 'https:' || protocol === 'http:' ? href : null;
  } catch {
    return null;
  }
}

/** Where a poster lies: on this server when it was fetched, else at its source. */
export function posterUrl(url: string | null | undefined): string | null {
  return url?.startsWith('/posters/') ? url : webUrl(url);
}

export function titlePath(id: string, level: Level = 'standard'): string {
  return `/anime/${encodeURIComponent(id)}${level === 'standard' ? '' : `?level=${level}`}`;
}
