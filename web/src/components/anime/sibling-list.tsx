import { useTranslation } from 'react-i18next';

import { TitleLink } from '@/components/title-link';
import type { Sibling } from '@/types/api';

/** The other titles of a franchise, in order of airing. */
export function SiblingList({ siblings }: { siblings: readonly Sibling[] }) {
  const { t } = useTranslation();
  return (
    <ul className="mt-1 max-h-48 divide-y overflow-y-auto rounded-lg border text-sm">
      {siblings.map((sibling) => (
        <li key={sibling.id}>
          <TitleLink
            id={sibling.id}
            className="flex min-h-8 items-baseline justify-between gap-3 px-3 py-1.5 hover:bg-brand-soft hover:text-brand focus-visible:-outline-offset-2"
          >
            <span className="min-w-0 [overflow-wrap:anywhere]">{sibling.title}</span>
            <span className="max-w-1/2 shrink-0 text-right text-ink-soft">
              {[
                sibling.type?.label,
                sibling.year,
                sibling.episodes !== null && sibling.episodes > 1 ? t('card.episodes', { count: sibling.episodes }) : null,
              ]
                .filter((part) => part !== null && part !== undefined)
                .join(' · ')}
            </span>
          </TitleLink>
        </li>
      ))}
    </ul>
  );
}
