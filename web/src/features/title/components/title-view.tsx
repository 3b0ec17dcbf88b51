import { ArrowLeft, ArrowUpRight, Play, Sparkles } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { AnimeCard } from '@/components/anime/anime-card';
import { CardSkeleton } from '@/components/anime/card-skeleton';
import { FactLine } from '@/components/anime/fact-line';
import { MarkButtons } from '@/components/anime/mark-buttons';
import { Poster } from '@/components/anime/poster';
import { ErrorNotice } from '@/components/error-notice';
import { Link } from '@/components/link';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Skeleton } from '@/components/ui/skeleton';
import { useLevel } from '@/hooks/use-level';
import { usePreferences } from '@/hooks/use-preferences';
import { ProblemError } from '@/lib/api';
import { siteLinks, webUrl } from '@/lib/links';
import { goBack } from '@/lib/location';
import { displayTitle } from '@/lib/titles';
import { watchLinks } from '@/lib/watch';
import type { Anime, Language } from '@/types/api';

import { useAnime, useSimilar } from '../api/use-anime';
import { FactTable } from './fact-table';
import { FranchiseList } from './franchise-list';
import { TagList } from './tag-list';

function Similar({ id, language }: { id: string; language: Language }) {
  const { t } = useTranslation();
  const level = useLevel();
  const { similar, explain } = useSimilar(id, level, language);
  if (similar.data?.hits.length === 0) return null;
  return (
    <section aria-labelledby="similar" className="grid grid-cols-1 gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="similar" className="text-xl font-semibold">
          {t('title.similar')}
        </h2>
        <Button variant="outline" size="sm" asChild>
          <Link href={`/?like=${encodeURIComponent(id)}${level === 'standard' ? '' : `&level=${level}`}`}>
            <Sparkles aria-hidden="true" />
            {t('title.moreSimilar')}
          </Link>
        </Button>
      </div>
      {similar.error && <ErrorNotice error={similar.error} onRetry={() => void similar.refetch()} retrying={similar.isFetching} />}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,26rem),1fr))] items-start gap-3 sm:gap-4">
        {similar.data?.hits.map((hit) => (
          <li key={hit.id} className="min-w-0">
            <AnimeCard hit={hit} onExplain={explain} />
          </li>
        ))}
        {similar.isPending && [1, 2, 3, 4].map((key) => <CardSkeleton key={key} />)}
      </ul>
    </section>
  );
}

function Whole({ anime, language }: { anime: Anime; language: Language }) {
  const { t } = useTranslation();
  const preferences = usePreferences();
  const { titleLanguage } = preferences;
  const title = displayTitle(anime, titleLanguage);
  const { romaji, english, native, russian, synonyms } = anime.titles;
  const others = [...new Set([romaji, english, native, russian, ...synonyms])].filter((name) => name !== undefined && name !== title);
  const trailer = webUrl(anime.trailer_url);
  useEffect(() => {
    document.title = t('app.documentTitle', { text: title });
  }, [title, t]);
  const remembered = anime.remembered.filter((one) => one.language === language);
  const links = siteLinks(anime.ids, language);
  const streaming = anime.streaming.flatMap(({ name, url }) => {
    const safe = webUrl(url);
    return safe ? [{ site: name, url: safe }] : [];
  });
  return (
    <article className="grid gap-8">
      <div className="grid gap-6 sm:grid-cols-[minmax(9rem,15rem)_1fr] sm:gap-8">
        <div className="mx-auto grid w-full max-w-44 content-start gap-4 sm:max-w-none">
          <Poster
            id={anime.id}
            title={title}
            imageUrl={anime.image_url}
            width="large"
            terms={[...anime.genres, ...anime.themes, ...anime.demographics].map((term) => term.value)}
            className="w-full rounded-xl shadow-card"
          />
        </div>
        <div className="grid content-start gap-4">
          <div className="grid gap-1.5">
            <h1 className="text-3xl leading-tight font-bold tracking-tight [overflow-wrap:anywhere] sm:text-4xl">{title}</h1>
            <FactLine facts={anime} className="text-base" />
          </div>
          <ul className="flex flex-wrap gap-1.5">
            {[...anime.genres, ...anime.themes, ...anime.demographics].map((term) => (
              <li key={term.value}>
                <Badge className="px-2.5 py-1 text-sm">{term.label}</Badge>
              </li>
            ))}
          </ul>
          {anime.synopsis ? (
            <p className="max-w-prose text-[1.0625rem] leading-relaxed whitespace-pre-line" lang={anime.synopsis_language ?? undefined}>
              {anime.synopsis}
            </p>
          ) : (
            <p className="text-ink-soft">{t('card.noSynopsis')}</p>
          )}
          <MarkButtons id={anime.id} ids={anime.ids} title={title} />
          <div className="flex flex-wrap items-center gap-2">
            {trailer && (
              <Button asChild>
                <a href={trailer} target="_blank" rel="noreferrer">
                  <Play aria-hidden="true" />
                  {t('title.trailer')}
                </a>
              </Button>
            )}
            {[...streaming, ...watchLinks(preferences, title, t('title.watch')), ...links].map(({ site, url }) => (
              <Button key={site} variant="outline" size="sm" asChild>
                <a href={url} target="_blank" rel="noreferrer" aria-label={t('card.onSite', { title, site })}>
                  {site}
                  <ArrowUpRight aria-hidden="true" />
                </a>
              </Button>
            ))}
          </div>
        </div>
      </div>
      <div className="grid grid-cols-1 gap-8 lg:grid-cols-2">
        <div className="grid content-start gap-8">
          <FactTable anime={anime} />
          {others.length > 0 && (
            <section aria-labelledby="also" className="grid gap-2">
              <h2 id="also" className="text-xl font-semibold">
                {t('title.also')}
              </h2>
              <p className="text-ink-soft [overflow-wrap:anywhere]">{others.join(' · ')}</p>
            </section>
          )}
        </div>
        <div className="grid content-start gap-8">
          <TagList tags={anime.tags} />
          {remembered.length > 0 && (
            <section aria-labelledby="remembered" className="grid gap-2">
              <h2 id="remembered" className="text-xl font-semibold">
                {t('title.remembered')}
              </h2>
              <ul className="grid gap-1.5 font-quote text-[1.0625rem] italic">
                {remembered.map((one) => (
                  <li key={one.text} lang={one.language}>
                    <q>{one.text}</q>
                  </li>
                ))}
              </ul>
            </section>
          )}
          <FranchiseList anime={anime} />
        </div>
      </div>
    </article>
  );
}

export default function TitleView({ id, language }: { id: string; language: Language }) {
  const { t } = useTranslation();
  const anime = useAnime(id, useLevel(), language);
  const missing = anime.error instanceof ProblemError && [404, 422].includes(anime.error.problem.status);
  return (
    <div id="results" tabIndex={-1} className="mx-auto grid w-full max-w-6xl grow grid-cols-1 content-start gap-6 px-3 pt-4 pb-12 outline-none sm:px-6">
      <Button variant="ghost" size="sm" className="-ml-2 justify-self-start" onClick={() => goBack('/')}>
        <ArrowLeft aria-hidden="true" />
        {t('title.back')}
      </Button>
      {missing ? (
        <div className="grid justify-items-center gap-2 py-16 text-center">
          <h1 className="text-2xl font-semibold">{t('error.notFound')}</h1>
          <p className="text-ink-soft">{t('error.notFoundText')}</p>
        </div>
      ) : (
        anime.error && (
          <>
            <h1 className="sr-only">{t('error.problem')}</h1>
            <ErrorNotice error={anime.error} onRetry={() => void anime.refetch()} retrying={anime.isFetching} />
          </>
        )
      )}
      {anime.isPending && (
        <div className="grid gap-6 sm:grid-cols-[15rem_1fr]">
          <Skeleton className="aspect-2/3 w-full rounded-xl" />
          <div className="grid content-start gap-3">
            <Skeleton className="h-9 w-2/3" />
            <Skeleton className="h-40 w-full" />
          </div>
        </div>
      )}
      {anime.data && (
        <>
          <Whole anime={anime.data} language={language} />
          <Similar id={anime.data.id} language={language} />
        </>
      )}
    </div>
  );
}
