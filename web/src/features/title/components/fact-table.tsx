import { useTranslation } from 'react-i18next';

import type { Anime } from '@/types/api';

/** "2005-10-23" as the language writes it; as exact as the date is known. */
function formatDate(date: string, language: string): string {
  const [year, month, day] = date.split('-').map(Number);
  if (year === undefined || Number.isNaN(year)) return date;
  const value = new Date(Date.UTC(year, (month ?? 1) - 1, day ?? 1));
  return value.toLocaleDateString(language, {
    timeZone: 'UTC',
    year: 'numeric',
    ...(month !== undefined && { month: 'long' }),
    ...(day !== undefined && { day: 'numeric' }),
  });
}

export function FactTable({ anime }: { anime: Anime }) {
  const { t, i18n } = useTranslation();
  const number = (value: number) => value.toLocaleString(i18n.language);
  const date = (value: string | null) => (value === null ? null : formatDate(value, i18n.language));
  const aired = [...new Set([date(anime.aired_from), date(anime.aired_to)])].filter((one) => one !== null).join(' – ');
  const facts: [string, string | null | undefined][] = [
    [t('title.type'), anime.type?.label],
    [t('title.status'), anime.status?.label],
    [t('title.aired'), aired],
    [t('title.episodes'), anime.episodes === null ? null : number(anime.episodes)],
    [t('title.duration'), anime.duration_minutes === null ? null : t('card.minutes', { count: anime.duration_minutes })],
    [t('title.source'), anime.source_material?.label],
    [t('title.studios'), anime.studios.join(', ')],
    [t('title.rating'), anime.age_rating?.label],
    [
      t('title.members'),
      anime.members === null ? null : t('title.membersValue', { count: anime.members, formatted: number(anime.members) }),
    ],
  ];
  const known = facts.filter(([, value]) => value);
  if (known.length === 0) return null;
  return (
    <section aria-labelledby="facts" className="grid gap-2">
      <h2 id="facts" className="text-xl font-semibold">
        {t('title.facts')}
      </h2>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5">
        {known.map(([name, value]) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-ink-soft">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
