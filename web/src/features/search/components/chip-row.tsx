import { useTranslation } from 'react-i18next';

import { Button } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import type { FilterValues, UnderstoodItem } from '@/types/api';

import { filterLabel, understoodLabel } from '../model/labels';
import { activeFilters, type SearchState, withoutFilters } from '../model/search-state';

interface ChipRowProps {
  state: SearchState;
  understood: readonly UnderstoodItem[];
  values: FilterValues | undefined;
  names: ReadonlyMap<string, string>;
  onChange: (state: SearchState) => void;
}

/** What was read out of the text and what was chosen: each goes at a press. */
export function ChipRow({ state, understood, values, names, onChange }: ChipRowProps) {
  const { t } = useTranslation();
  const filters = activeFilters(state);
  const examples = [
    ...state.like.map((id) => ({ id, kind: 'liked' as const })),
    ...state.dislike.map((id) => ({ id, kind: 'disliked' as const })),
  ];
  // What was switched off may come back as such, or, where the text has changed, not at all.
  const known = new Set(understood.map((item) => item.key));
  const forgotten = state.off.filter((key) => !known.has(key));
  if (filters.length + examples.length + understood.length + forgotten.length === 0 && !state.mine) return null;
  const withoutExample = (id: string) => ({
    ...state,
    pages: 1,
    like: state.like.filter((one) => one !== id),
    dislike: state.dislike.filter((one) => one !== id),
  });
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {(understood.length > 0 || forgotten.length > 0) && (
        <ul aria-label={t('understood.label')} className="contents" data-testid="understood">
          {understood.map((item) => {
            const what = understoodLabel(t, values, item);
            const off = state.off.includes(item.key);
            const name = t(off ? 'understood.again' : 'understood.remove', { what });
            const rest = state.off.filter((key) => key !== item.key);
            return (
              <li key={item.key} className="max-w-full">
                <Chip
                  removable={!off}
                  tone={off ? 'plain' : 'understood'}
                  data-kind={item.kind}
                  data-off={off}
                  aria-label={name}
                  title={name}
                  onClick={() => onChange({ ...state, pages: 1, off: off ? rest : [...rest, item.key] })}
                >
                  <span className={off ? 'line-through' : undefined}>{what}</span>
                </Chip>
              </li>
            );
          })}
          {forgotten.length > 0 && (
            <li>
              <Button variant="link" size="bare" className="px-1" onClick={() => onChange({ ...state, pages: 1, off: [] })}>
                {t('understood.restore')}
              </Button>
            </li>
          )}
        </ul>
      )}
      {(filters.length > 0 || examples.length > 0 || state.mine) && (
        <ul aria-label={t('filters.active')} className="contents" data-testid="active-filters">
          {state.mine && (
            <li>
              <Chip removable tone="good" aria-label={t('filters.remove', { what: t('list.mine') })} onClick={() => onChange({ ...state, pages: 1, mine: false })}>
                {t('list.mine')}
              </Chip>
            </li>
          )}
          {examples.map(({ id, kind }) => {
            const what = t(`understood.${kind}`, { value: names.get(id) ?? '…' });
            return (
              <li key={`${kind}:${id}`} className="max-w-full">
                <Chip removable tone={kind === 'liked' ? 'good' : 'bad'} aria-label={t('filters.remove', { what })} onClick={() => onChange(withoutExample(id))}>
                  {what}
                </Chip>
              </li>
            );
          })}
          {filters.map((filter) => {
            const what = filterLabel(t, values, filter);
            return (
              <li key={filter.id} className="max-w-full">
                <Chip removable tone={filter.excluded ? 'bad' : 'plain'} aria-label={t('filters.remove', { what })} onClick={() => onChange(filter.without)}>
                  {what}
                </Chip>
              </li>
            );
          })}
          {filters.length > 1 && (
            <li>
              <Button variant="link" size="bare" className="px-1" onClick={() => onChange(withoutFilters(state))}>
                {t('filters.clear')}
              </Button>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}
