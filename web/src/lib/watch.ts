import { type SiteLink, webUrl } from '@/lib/links';
import type { Preferences } from '@/lib/preferences';

interface WatchSite {
  readonly site: string;
  readonly template: string;
}

const justWatch = (country: string, word: string): WatchSite => ({
  site: 'JustWatch',
  template: `https://www.justwatch.com/${country}/${word}?q={title}`,
});
const kinopoisk: WatchSite = { site: 'Кинопоиск', template: 'https://www.kinopoisk.ru/index.php?kp_query={title}' };

/** Where each region looks up what can be watched, by ISO 3166 code. */
const kSites: Readonly<Record<string, WatchSite>> = {
  AU: justWatch('au', 'search'),
  AT: justWatch('at', 'Suche'),
  BY: kinopoisk,
  BR: justWatch('br', 'busca'),
  CA: justWatch('ca', 'search'),
  FR: justWatch('fr', 'recherche'),
  DE: justWatch('de', 'Suche'),
  IN: justWatch('in', 'search'),
  IE: justWatch('ie', 'search'),
  IT: justWatch('it', 'cerca'),
  JP: justWatch('jp', '検索'),
  KZ: kinopoisk,
  MX: justWatch('mx', 'buscar'),
  NZ: justWatch('nz', 'search'),
  RU: kinopoisk,
  ES: justWatch('es', 'buscar'),
  CH: justWatch('ch', 'Suche'),
  GB: justWatch('uk', 'search'),
  US: justWatch('us', 'search'),
};

export const kWatchRegions: readonly string[] = Object.keys(kSites);

/** The region that a browser's first language names or is most spoken in; null where no site is known for it. */
export function browserRegion(languages: readonly string[]): string | null {
  try {
    const region = languages[0] === undefined ? undefined : new Intl.Locale(languages[0]).maximize().region;
    return region !== undefined && region in kSites ? region : null;
  } catch {
    return null;
  }
}

type Choice = Pick<Preferences, 'watchRegion' | 'watchTemplate'>;

/** Where a title may be watched: the region's site, or the person's own; none where neither is set. */
export function watchLinks({ watchRegion, watchTemplate }: Choice, title: string, ownName: string, languages: readonly string[] = navigator.languages): SiteLink[] {
  const region = watchRegion === 'auto' ? browserRegion(languages) : watchRegion;
  const site = watchRegion === 'own' ? { site: ownName, template: watchTemplate } : kSites[region ?? ''];
  if (!site?.template.includes('{title}')) return [];
  const url = webUrl(site.template.trim().replaceAll('{title}', encodeURIComponent(title)));
  return url ? [{ site: site.site, url }] : [];
}
