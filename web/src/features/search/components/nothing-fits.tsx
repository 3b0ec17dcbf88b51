import { useTranslation } from 'react-i18next';

import { Button } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import type { FilterValues, Language } from '@/types/api';

import { useRelaxations } from '../api/use-relaxations';
import { filterLabel } from '../model/labels';
import { activeFilters, type SearchState, withoutFilters } from '../model/search-state';

interface NothingFitsProps {
  state: SearchState;
  values: FilterValues | undefined;
  language: Language;
  onChange: (state: SearchState) => void;
}

/** An empty answer with a way on: which filter to drop, and what that brings. */
export function NothingFits({ state, values, language, onChange }: NothingFitsProps) {
  const { t, i18n } = useTranslation();
  const relaxations = useRelaxations(state, language);
  const filtered = activeFilters(state).length > 0;
  return (
    <div className="grid justify-items-center gap-3 rounded-2xl border border-dashed border-line-strong px-4 py-12 text-center" data-testid="empty">
      <h2 className="text-xl font-semibold">{t('empty.title')}</h2>
      <p className="max-w-prose text-ink-soft">{t(filtered ? 'empty.text' : 'empty.noFilters')}</p>
      {relaxations.length > 0 && (
        <>
          <p className="text-sm">{t('empty.drop')}</p>
          <ul className="flex flex-wrap justify-center gap-1.5">
            {relaxations.map(({ filter, total }) => (
              <li key={filter.id}>
                <Chip removable onClick={() => onChange(filter.without)}>
                  {t('empty.dropOne', {
                    what: filterLabel(t, values, filter),
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
