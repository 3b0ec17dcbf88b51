import { useTranslation } from 'react-i18next';

import { Button } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import type { FilterValues, Language, UnderstoodItem } from '@/types/api';

import { narrowings, useRelaxations } from '../api/use-relaxations';
import { filterLabel, understoodLabel } from '../model/labels';
import { activeFilters, type SearchState, withoutFilters } from '../model/search-state';

interface NothingFitsProps {
  state: SearchState;
  understood: readonly UnderstoodItem[];
  values: FilterValues | undefined;
  language: Language;
  onChange: (state: SearchState) => void;
}

/** An empty answer with a way on: which filter to drop, and what that brings. */
export function NothingFits({ state, understood, values, language, onChange }: NothingFitsProps) {
  const { t, i18n } = useTranslation();
  const relaxations = useRelaxations(state, understood, language);
  const filtered = activeFilters(state).length > 0;
  const narrowed = narrowings(state, understood).length > 0;
  return (
    <div className="grid justify-items-center gap-3 rounded-2xl border border-dashed border-line-strong px-4 py-12 text-center" data-testid="empty">
      <h2 className="text-xl font-semibold">{t('empty.title')}</h2>
      <p className="max-w-prose text-ink-soft">{t(narrowed ? 'empty.text' : 'empty.noFilters')}</p>
      {relaxations.length > 0 && (
        <>
          <p className="text-sm">{t('empty.drop')}</p>
          <ul className="flex flex-wrap justify-center gap-1.5">
            {relaxations.map(({ id, filter, understood: item, without, total }) => (
              <li key={id}>
                <Chip removable tone={item ? 'understood' : 'plain'} onClick={() => onChange(without)}>
                  {t('empty.dropOne', {
                    what: filter ? filterLabel(t, values, filter) : item ? understoodLabel(t, values, item) : '',
                    count: total,
                    formatted: total.toLocaleString(i18n.language),
                  })}
                </Chip>
              </li>
            ))}
          </ul>
        </>
      )}
      {filtered && (
        <Button variant="outline" onClick={() => onChange(withoutFilters(state))}>
          {t('empty.clear')}
        </Button>
      )}
    </div>
  );
}
