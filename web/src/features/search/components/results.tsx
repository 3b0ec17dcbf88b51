import { type KeyboardEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { AnimeCard } from '@/components/anime/anime-card';
import { CardSkeleton } from '@/components/anime/card-skeleton';
import { Button } from '@/components/ui/button';
import { cn } from '@/lib/cn';
import type { Hit, Tier } from '@/types/api';

import { nextCard } from '../model/card-grid';

interface ResultsProps {
  hits: readonly Hit[];
  /** Tiers tell something only when there was something to match. */
  tiered: boolean;
  stale: boolean;
  hasMore: boolean;
  loadingMore: boolean;
  onMore: () => void;
  onMoreLike: (hit: Hit) => void;
  onNotThis: (hit: Hit) => void;
}

const kTiers: readonly Tier[] = ['strong', 'possible', 'weak'];
const kArrows = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] as const;

function TierHeading({ tier, count, first }: { tier: Tier; count: number; first: boolean }) {
  const { t } = useTranslation();
  const hint = tier === 'weak' && !first ? t('tier.weakHint') : null;
  return (
    <div className="flex items-center gap-3">
      <h2 className={cn('text-sm font-semibold tracking-wide', tier === 'strong' ? 'rounded bg-obi px-2 py-0.5 text-obi-ink' : 'text-ink')}>
        {t(tier === 'weak' && first ? 'tier.nearest' : `tier.${tier}`)} <span className="font-normal">{count}</span>
      </h2>
      {hint && <p className="text-sm text-ink-soft">{hint}</p>}
      <span aria-hidden="true" className={cn('grow border-t', tier === 'weak' && 'border-dashed border-line-strong')} />
    </div>
  );
}

export function Results({ hits, tiered, stale, hasMore, loadingMore, onMore, onMoreLike, onNotThis }: ResultsProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);

  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = kArrows.find((key) => key === event.key);
    const from = (event.target as HTMLElement).closest<HTMLElement>('[data-card]');
    if (!arrow || !from || !list.current) return;
    const cards = [...list.current.querySelectorAll<HTMLElement>('[data-card]')];
    const boxes = cards.map((card) => (card.closest('article') ?? card).getBoundingClientRect());
    const next = nextCard(boxes, cards.indexOf(from), arrow);
    if (next === null) return;
    event.preventDefault();
    cards[next]?.focus();
  };

  const tiers = tiered
    ? kTiers.map((tier) => ({ tier, hits: hits.filter((hit) => hit.tier === tier) })).filter((group) => group.hits.length > 0)
    : [{ tier: 'strong' as const, hits }];
  const prominentId = tiered ? (tiers[0]?.hits[0]?.id ?? null) : null;

  return (
    // Arrow keys are an addition; every card is reached by Tab as well.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={list} onKeyDown={onKeyDown} className={cn('grid gap-5 transition-opacity duration-200', stale && 'opacity-60 delay-300')}>
      {tiers.map((group, index) => (
        <section key={group.tier} className="grid gap-3" data-testid={`tier-${group.tier}`}>
          {tiered ? <TierHeading tier={group.tier} count={group.hits.length} first={index === 0} /> : <h2 className="sr-only">{t('results.label')}</h2>}
          <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,26rem),1fr))] items-start gap-3 sm:gap-4">
            {group.hits.map((hit, place) => (
              <li key={hit.id} className={cn('min-w-0', hit.id === prominentId && 'col-span-full', index + place > 3 && 'deferred')}>
                <AnimeCard hit={hit} prominent={hit.id === prominentId} onMoreLike={onMoreLike} onNotThis={onNotThis} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {hasMore ? (
        <Button variant="outline" className="justify-self-center px-8" disabled={loadingMore} onClick={onMore}>
          {loadingMore ? t('results.loading') : t('results.more')}
        </Button>
      ) : (
        <p className="text-center text-sm text-ink-soft">{t('results.end')}</p>
      )}
    </div>
  );
}

export function ResultsLoading() {
  return (
    <div className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,26rem),1fr))] gap-3 sm:gap-4">
      {Array.from({ length: 6 }, (_, index) => (
        <CardSkeleton key={index} />
      ))}
    </div>
  );
}
