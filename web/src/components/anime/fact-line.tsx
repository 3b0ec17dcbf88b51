import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';

import { cn } from '@/lib/cn';
import type { Hit } from '@/types/api';

type Facts = Pick<Hit, 'rating' | 'year' | 'type' | 'episodes'>;

/** Score, year, type, length: what is not known is not there. */
export function FactLine({ facts, className }: { facts: Facts; className?: string }) {
  const { t, i18n } = useTranslation();
  const rating = facts.rating?.toLocaleString(i18n.language, { minimumFractionDigits: 1, maximumFractionDigits: 2 });
  const parts = [
    facts.year === null ? null : String(facts.year),
    facts.type?.label ?? null,
    facts.episodes === null || facts.episodes <= 1 ? null : t('card.episodes', { count: facts.episodes }),
  ].filter((part) => part !== null);
  if (rating === undefined && parts.length === 0) return null;
  return (
    <p className={cn('dotted min-w-0 text-sm text-ink-soft', className)}>
      <span>
        {rating !== undefined && (
          <span className="undotted">
            <span role="img" aria-label={t('card.rating', { value: rating })} className="starred bg-obi text-obi-ink">
              <span aria-hidden="true">{rating}</span>
            </span>
          </span>
        )}
        {parts.map((part, index) => (
          <Fragment key={part}>
            {' '}
            <span className={cn(rating !== undefined && index === 0 && 'undotted')}>{part}</span>
          </Fragment>
        ))}
      </span>
    </p>
  );
}
