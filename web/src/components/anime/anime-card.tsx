import { memo, useEffect, useId, useRef, useState } from 'react';

import { usePreferences } from '@/hooks/use-preferences';
import { cn } from '@/lib/cn';
import { displayTitle } from '@/lib/titles';
import type { Hit } from '@/types/api';

import { CardBack } from './card-back';
import { CardFront } from './card-front';
import type { Explain } from './score-tree';

export interface CardActions {
  /** Search for titles like this one; absent: the card does not offer it. */
  onMoreLike?: (hit: Hit) => void;
  /** Keep away from titles like this one. */
  onNotThis?: (hit: Hit) => void;
  /** Tell how the score came about. */
  onExplain?: Explain;
}

interface AnimeCardProps extends CardActions {
  hit: Hit;
  /** The page's first answer stands larger. */
  prominent?: boolean;
}

/** One title as a card with two sides: what it is, and, turned over, why it is here. */
export const AnimeCard = memo(function AnimeCard({ hit, prominent = false, ...actions }: AnimeCardProps) {
  const { titleLanguage } = usePreferences();
  const [turned, setTurned] = useState(false);
  const headingId = useId();
  const front = useRef<HTMLButtonElement>(null);
  const back = useRef<HTMLButtonElement>(null);
  const focusAfterTurn = useRef(false);
  const title = displayTitle(hit, titleLanguage);

  useEffect(() => {
    if (!focusAfterTurn.current) return;
    focusAfterTurn.current = false;
    (turned ? back : front).current?.focus({ preventScroll: true });
  }, [turned]);

  const turn = () => {
    focusAfterTurn.current = true;
    setTurned(!turned);
  };

  return (
    <article
      aria-labelledby={headingId}
      data-testid="card"
      data-id={hit.id}
      data-tier={hit.tier}
      className={cn(
        'relative flex min-w-0 rounded-2xl border bg-surface shadow-card transition-shadow focus-within:shadow-lift hover:shadow-lift',
        !turned && 'gap-3 p-3 hover:border-brand/60 sm:gap-4',
        !turned && prominent && 'sm:gap-6 sm:p-4',
      )}
    >
      {turned ? (
        <CardBack hit={hit} title={title} headingId={headingId} onTurn={turn} turnRef={back} {...actions} />
      ) : (
        <CardFront hit={hit} title={title} headingId={headingId} onTurn={turn} turnRef={front} prominent={prominent} />
      )}
    </article>
  );
});
