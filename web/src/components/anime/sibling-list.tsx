import { useTranslation } from 'react-i18next';

import { Link } from '@/components/link';
import { titlePath } from '@/lib/links';
import type { Sibling } from '@/types/api';

/** The other titles of a franchise, in order of airing. */
export function SiblingList({ siblings }: { siblings: readonly Sibling[] }) {
  const { t } = useTranslation();
  return (
    <ul className="mt-1 max-h-48 divide-y overflow-y-auto rounded-lg border text-sm">
      {siblings.map((sibling) => (
        <li key={sibling.id}>
          <Link
            href={titlePath(sibling.id)}
            className="flex min-h-8 items-baseline justify-between gap-3 px-3 py-1.5 hover:bg-brand-soft hover:text-brand focus-visible:-outline-offset-2"
          >
            <span className="min-w-0 [overflow-wrap:anywhere]">{sibling.title}</span>
            <span className="shrink-0 text-ink-soft">
              {[
                sibling.type?.label,
                sibling.year,
                sibling.episodes !== null && sibling.episodes > 1 ? t('card.episodes', { count: sibling.episodes }) : null,
              ]
                .filter((part) => part !== null && part !== undefined)
                .join(' · ')}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
