import { type FocusEvent, type KeyboardEvent, memo, useDeferredValue, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { AnimeCard } from '@/components/anime/anime-card';
import { CardSkeleton } from '@/components/anime/card-skeleton';
import type { Explain } from '@/components/anime/score-tree';
import { Button } from '@/components/ui/button';
import { cn } from '@/lib/cn';
import { kArrows, nextBox } from '@/lib/grid';
import type { Hit, Tier } from '@/types/api';


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
  onExplain: Explain;
}

const kTiers: readonly Tier[] = ['strong', 'possible', 'weak'];

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

/** Fills whole rows of one, two, three or four. */
const kChunk = 12;

/** Cards in runs that are laid out by themselves: in one long grid every card that comes near would move all others. */
function inChunks(hits: readonly Hit[], isProminent: (hit: Hit) => boolean): Hit[][] {
  const chunks: Hit[][] = [];
  let room = 0;
  for (const hit of hits) {
    if (room === 0) {
      chunks.push([]);
      room = kChunk;
    }
    chunks.at(-1)?.push(hit);
    if (!isProminent(hit)) room -= 1;
  }
  return chunks;
}

/** Drawn at once; the rest of an answer follows when these can be seen. */
const kAtOnce = 5;

/** All hits, but of a new answer at first only those that a window shows. */
function useShown(all: readonly Hit[]): readonly Hit[] {
  const drawn = useDeferredValue(all);
  const same = drawn === all || drawn[0]?.id === all[0]?.id;
  return useMemo(() => (same ? all : all.slice(0, kAtOnce)), [all, same]);
}

export const Results = memo(function Results({ hits: all, tiered, stale, hasMore, loadingMore, onMore, onMoreLike, onNotThis, onExplain }: ResultsProps) {
  const { t } = useTranslation();
  const hits = useShown(all);
  const list = useRef<HTMLDivElement>(null);
  const lastFocused = useRef<number | null>(null);

  // A card that leaves with the focus in it hands that on to the one that takes its place.
  useEffect(() => {
    if (lastFocused.current === null || document.activeElement !== document.body) return;
    const cards = list.current?.querySelectorAll<HTMLElement>('[data-card]') ?? [];
    cards[Math.min(lastFocused.current, cards.length - 1)]?.focus({ preventScroll: true });
  }, [hits]);

  const onFocus = (event: FocusEvent) => {
    const articles = [...(list.current?.querySelectorAll('article') ?? [])];
    const at = articles.findIndex((article) => article.contains(event.target));
    lastFocused.current = at < 0 ? null : at;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const arrow = kArrows.find((key) => key === event.key);
    const from = (event.target as HTMLElement).closest<HTMLElement>('[data-card]');
    if (!arrow || !from || !list.current) return;
    const cards = [...list.current.querySelectorAll<HTMLElement>('[data-card]')];
    const boxes = cards.map((card) => (card.closest('article') ?? card).getBoundingClientRect());
    const next = nextBox(boxes, cards.indexOf(from), arrow);
    if (next === null) return;
    event.preventDefault();
    cards[next]?.focus();
  };

  const tiers = tiered
    ? kTiers.map((tier) => ({ tier, hits: hits.filter((hit) => hit.tier === tier) })).filter((group) => group.hits.length > 0)
    : [{ tier: 'strong' as const, hits }];
  const prominentId = tiered ? (tiers[0]?.hits[0]?.id ?? null) : null;

  // A card that would stand alone in its row takes the whole of it.
  const alone = new Set(tiers.flatMap(({ hits: [first, second, third] }) => (first?.id === prominentId ? (third ? [] : [second?.id]) : second ? [] : [first?.id])));
  const isProminent = (hit: Hit) => tiered && (hit.id === prominentId || alone.has(hit.id));

  return (
    // Arrow keys are an addition; every card is reached by Tab as well.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      ref={list}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      onBlur={(event) => {
        if (event.relatedTarget !== null) lastFocused.current = null;
      }}
      className={cn('grid gap-5 transition-opacity duration-200', stale && 'opacity-60 delay-300')}
    >
      {tiers.map((group, index) => (
        <section key={group.tier} className="grid gap-3" data-testid={`tier-${group.tier}`}>
          {tiered ? <TierHeading tier={group.tier} count={all.filter((hit) => hit.tier === group.tier).length} first={index === 0} /> : <h2 className="sr-only">{t('results.label')}</h2>}
          <div role="list" className="grid grid-cols-1 gap-3 sm:gap-4">
            {inChunks(group.hits, isProminent).map((chunk, part) => (
              <div
                key={chunk[0]?.id}
                className={cn('grid grid-cols-[repeat(auto-fill,minmax(min(100%,26rem),1fr))] items-start gap-3 sm:gap-4', index + part > 0 && 'deferred-chunk')}
              >
                {chunk.map((hit, place) => (
                  <div key={hit.id} role="listitem" className={cn('min-w-0', isProminent(hit) && 'col-span-full', index + part + place > 3 && 'deferred')}>
                    <AnimeCard hit={hit} prominent={isProminent(hit)} onMoreLike={onMoreLike} onNotThis={onNotThis} onExplain={onExplain} />
                  </div>
                ))}
              </div>
            ))}
          </div>
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
});

export function ResultsLoading() {
  return (
    <div className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,26rem),1fr))] gap-3 sm:gap-4">
      {Array.from({ length: 6 }, (_, index) => (
        <CardSkeleton key={index} />
      ))}
    </div>
  );
}
