import { useQuery } from '@tanstack/react-query';
import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ErrorNotice } from '@/components/error-notice';
import { Skeleton } from '@/components/ui/skeleton';
import { cn } from '@/lib/cn';
import { describePart } from '@/lib/explanation';
import type { Hit, ScoreExplanation } from '@/types/api';

/** Fetches how a hit's score came about; null where the server does not tell. */
export type Explain = (hit: Hit, signal: AbortSignal) => Promise<ScoreExplanation | null>;

function Part({ part, whole, depth }: { part: ScoreExplanation; whole: number; depth: number }) {
  const { t, i18n } = useTranslation();
  const text = describePart(t, part.description);
  const share = whole > 0 ? Math.max(0, Math.min(1, part.value / whole)) : 0;
  return (
    <li className={cn(depth > 1 && 'border-l border-line-strong/50 pl-3')}>
      <div className="flex items-baseline justify-between gap-3 py-0.5">
        <span className={cn('min-w-0 [overflow-wrap:anywhere]', depth > 1 && 'text-ink-soft')} lang={text === part.description ? 'en' : undefined}>
          {text}
        </span>
        <span className="shrink-0">
          {part.value.toLocaleString(i18n.language, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}
        </span>
      </div>
      {depth === 1 && (
        <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" className="mb-1 h-1 w-full overflow-hidden rounded-full">
          <rect width="100" height="4" className="fill-line" />
          <rect width={share * 100} height="4" className="fill-brand" />
        </svg>
      )}
      {part.parts.length > 0 && (
        <ul>
          {part.parts.map((one, index) => (
            <Part key={index} part={one} whole={whole} depth={depth + 1} />
          ))}
        </ul>
      )}
    </li>
  );
}

/** How a score was put together, folded away until someone wants to know. */
export function ScoreTree({ hit, explain }: { hit: Hit; explain: Explain }) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(false);
  const id = useId();
  const tree = useQuery({
    queryKey: ['explanation', hit.id, hit.score, i18n.language],
    enabled: open,
    queryFn: ({ signal }) => explain(hit, signal),
    staleTime: 60_000,
    retry: false,
  });
  return (
    <div className="text-sm">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        className="inline-flex min-h-8 items-center gap-1 rounded text-ink-soft hover:text-brand"
      >
        <ChevronRight aria-hidden="true" className={cn('size-4 transition-transform', open && 'rotate-90')} />
        {t('card.whyTree')}
      </button>
      <div id={id} hidden={!open} className="mt-1" data-testid="score-tree">
        {tree.isPending && open && <Skeleton className="h-24" />}
        {tree.error && <ErrorNotice error={tree.error} onRetry={() => void tree.refetch()} retrying={tree.isFetching} />}
        {tree.data === null && <p className="text-ink-soft">{t('card.whyTreeGone')}</p>}
        {tree.data && (
          <div className="rounded-lg border px-3 py-2">
            <ul>
              <Part part={tree.data} whole={tree.data.value} depth={0} />
            </ul>
          </div>
        )}
      </div>
    </div>
  );
}
