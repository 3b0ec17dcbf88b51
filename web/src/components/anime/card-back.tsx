import { ArrowUpRight, Ban, BookOpen, Sparkles, Undo2 } from 'lucide-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';

import { TitleLink } from '@/components/title-link';
import { Button } from '@/components/ui/button';
import { usePreferences } from '@/hooks/use-preferences';
import { siteLinks, webUrl } from '@/lib/links';
import { watchLinks } from '@/lib/watch';
import type { Hit } from '@/types/api';

import type { CardActions } from './anime-card';
import { FactLine } from './fact-line';
import { MarkButtons } from './mark-buttons';
import { ScoreTree } from './score-tree';
import { SiblingList } from './sibling-list';
import { WhyDetails } from './why-details';

interface CardBackProps extends CardActions {
  hit: Hit;
  title: string;
  headingId: string;
  onTurn: () => void;
  turnRef: RefObject<HTMLButtonElement>;
}

export function CardBack({ hit, title, headingId, onTurn, turnRef, onMoreLike, onNotThis, onExplain }: CardBackProps) {
  const { t } = useTranslation();
  const preferences = usePreferences();
  const trailer = webUrl(hit.trailer_url);
  const links = [
    ...(trailer ? [{ site: t('title.trailer'), url: trailer }] : []),
    ...siteLinks(hit.ids, preferences.language).slice(0, 2),
    ...watchLinks(preferences, title, t('title.watch')),
  ];
  return (
    <div className="flex w-full min-w-0 origin-center animate-turn flex-col gap-3 p-4">
      <div className="flex items-start justify-between gap-2">
        <div className="min-w-0">
          <h3 id={headingId} className="text-[1.0625rem] leading-snug font-semibold [overflow-wrap:anywhere]">
            {title}
          </h3>
          <FactLine facts={hit} className="mt-1" />
        </div>
        <Button
          ref={turnRef}
          variant="ghost"
          size="icon"
          data-card=""
          aria-expanded="true"
          aria-label={`${t('card.close')}: ${title}`}
          title={t('card.close')}
          onClick={onTurn}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onTurn();
          }}
          className="-mt-1.5 -mr-1.5"
        >
          <Undo2 aria-hidden="true" />
        </Button>
      </div>
      <WhyDetails why={hit.why} language={hit.synopsis_language} />
      {hit.synopsis ? (
        <p className="text-[0.9375rem] leading-relaxed whitespace-pre-line" lang={hit.synopsis_language ?? undefined}>
          {hit.synopsis}
        </p>
      ) : (
        <p className="text-sm text-ink-soft">{t('card.noSynopsis')}</p>
      )}
      {hit.franchise.siblings.length > 0 && (
        <section aria-label={t('card.series')}>
          <h4 className="text-sm font-semibold">{t('card.series')}</h4>
          <SiblingList siblings={hit.franchise.siblings} />
        </section>
      )}
      <MarkButtons id={hit.id} ids={hit.ids} title={title} />
      {onExplain && <ScoreTree hit={hit} explain={onExplain} />}
      <div className="mt-auto flex flex-wrap items-center gap-2 pt-1">
        {onMoreLike && (
          <Button size="sm" onClick={() => onMoreLike(hit)}>
            <Sparkles aria-hidden="true" />
            {t('card.moreLike')}
          </Button>
        )}
        {onNotThis && (
          <Button size="sm" variant="outline" onClick={() => onNotThis(hit)}>
            <Ban aria-hidden="true" />
            {t('card.notThis')}
          </Button>
        )}
        <Button size="sm" variant="outline" asChild>
          <TitleLink id={hit.id}>
            <BookOpen aria-hidden="true" />
            {t('card.details')}
          </TitleLink>
        </Button>
        <span className="flex flex-wrap gap-x-3">
          {links.map(({ site, url }) => (
            <Button key={site} size="bare" variant="link" asChild className="gap-0.5">
              <a href={url} target="_blank" rel="noreferrer" aria-label={t('card.onSite', { title, site })}>
                {site}
                <ArrowUpRight aria-hidden="true" />
              </a>
            </Button>
          ))}
        </span>
      </div>
    </div>
  );
}
