import { X } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { TitleLink } from '@/components/title-link';
import { Button } from '@/components/ui/button';
import type { Entry } from '@/lib/library';
import { removeEntry } from '@/lib/library-store';

const kShown = 60;

/** Titles of which the same is said, those with the highest score first. */
export function EntrySection({ label, entries }: { label: string; entries: readonly Entry[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const headingId = useId();
  if (entries.length === 0) return null;
  const sorted = [...entries].sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
  const shown = all ? sorted : sorted.slice(0, kShown);
  return (
    <section aria-labelledby={headingId} className="grid gap-2">
      <h2 id={headingId} className="text-xl font-semibold">
        {label} <span className="font-normal text-ink-soft">{entries.length}</span>
      </h2>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,18rem),1fr))] gap-2">
        {shown.map((entry) => (
          <li key={entry.id} className="flex items-center justify-between gap-1 rounded-lg border bg-surface pl-3">
            <TitleLink id={entry.id} className="min-w-0 py-2 [overflow-wrap:anywhere] hover:text-brand">
              {entry.title || entry.id}
            </TitleLink>
            <span className="flex shrink-0 items-center">
              {entry.score !== undefined && (
                <span className="text-sm text-ink-soft">
                  <span aria-hidden="true">{entry.score}</span>
                  <span className="sr-only">{t('list.score', { value: entry.score })}</span>
                </span>
              )}
              <Button variant="ghost" size="icon" aria-label={t('list.remove', { title: entry.title || entry.id })} onClick={() => removeEntry(entry.id)}>
                <X aria-hidden="true" />
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {shown.length < entries.length && (
        <Button variant="link" size="bare" className="justify-self-start" onClick={() => setAll(true)}>
          {t('filters.more', { count: entries.length })}
        </Button>
      )}
    </section>
  );
}
