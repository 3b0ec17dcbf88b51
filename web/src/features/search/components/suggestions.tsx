import { useTranslation } from 'react-i18next';

import { TitleLink } from '@/components/title-link';
import type { Language, Level } from '@/types/api';

import { useSuggestions } from '../api/use-suggestions';

interface SuggestionsProps {
  text: string;
  level: Level;
  language: Language;
}

/** Titles that the text may spell, one row under the box: they never cover the results, nor are these drawn anew for them. */
export function Suggestions({ text, level, language }: SuggestionsProps) {
  const { t } = useTranslation();
  const suggestions = useSuggestions(text, level, language);
  if (suggestions.length === 0) return null;
  return (
    <nav aria-label={t('box.titles')} className="flex min-w-0 items-baseline gap-2 text-sm" data-testid="suggestions">
      <span aria-hidden="true" className="shrink-0 text-ink-soft">
        {t('box.titles')}
      </span>
      <ul className="flex min-w-0 gap-x-4 overflow-x-auto py-1 whitespace-nowrap">
        {suggestions.map((one) => (
          <li key={one.id}>
            <TitleLink
              id={one.id}
              className="inline-flex min-h-6 items-baseline gap-1 text-brand underline decoration-brand/40 underline-offset-4 hover:decoration-brand"
            >
              {one.title}
              {one.year !== null && <span className="text-xs text-ink-soft">{one.year}</span>}
            </TitleLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
