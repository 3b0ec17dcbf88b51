import { Ban, Check } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import { Input } from '@/components/ui/input';
import { useRoving } from '@/hooks/use-roving';
import type { FacetCount } from '@/types/api';

import { liveCount } from '../model/live-count';
import { nextMark, type SearchState, type TermField, termMark, withTerm } from '../model/search-state';

const kShort = 14;

interface TermGroupProps {
  field: TermField;
  state: SearchState;
  /** Everything there is, most frequent first. */
  values: readonly FacetCount[];
  /** Counts of this very search; absent before the first answer. */
  counts: readonly FacetCount[] | undefined;
  onChange: (state: SearchState) => void;
}

/** Chips of three states: off, asked for, kept out. */
export function TermGroup({ field, state, values, counts, onChange }: TermGroupProps) {
  const { t, i18n } = useTranslation();
  const [all, setAll] = useState(false);
  const [find, setFind] = useState('');
  const headingId = useId();
  const marked = values.filter((one) => termMark(state, field, one.value) !== 'off');
  const wanted = find.trim().toLowerCase();
  const found = wanted === '' ? values : values.filter((one) => `${one.label} ${one.value}`.toLowerCase().includes(wanted));
  const shown = all ? found : [...new Set([...values.slice(0, kShort), ...marked])];
  const roving = useRoving(shown.map((one) => one.value));
  if (values.length === 0) return null;
  return (
    <section aria-labelledby={headingId} className="grid gap-2">
      <h3 id={headingId} className="text-sm font-semibold">
        {t(`filters.${field}`)}
      </h3>
      {all && values.length > 30 && (
        <Input
          type="search"
          value={find}
          onChange={(event) => setFind(event.target.value)}
          placeholder={t('filters.find', { field: t(`filters.${field}`).toLowerCase() })}
          aria-label={t('filters.find', { field: t(`filters.${field}`) })}
        />
      )}
      <div role="toolbar" aria-labelledby={headingId} className="flex flex-wrap gap-1.5" {...roving.group}>
        {shown.map((one) => {
          const mark = termMark(state, field, one.value);
          const count = liveCount(counts, one);
          return (
            <Chip
              key={one.value}
              tone={mark === 'all' ? 'good' : mark === 'none' ? 'bad' : 'plain'}
              data-mark={mark}
              onClick={() => onChange(withTerm(state, field, one.value, nextMark(mark)))}
              className={mark === 'off' && count === 0 ? 'text-ink-soft' : undefined}
              {...roving.item(one.value)}
            >
              {mark === 'all' && <Check aria-hidden="true" />}
              {mark === 'none' && <Ban aria-hidden="true" />}
              <span className={mark === 'none' ? 'line-through' : undefined}>{one.label}</span>
              {mark !== 'none' && count !== null && <span className="text-xs">{count.toLocaleString(i18n.language)}</span>}
              {mark !== 'off' && <span className="sr-only">{t(`filters.state.${mark}`)}</span>}
            </Chip>
          );
        })}
      </div>
      {values.length > kShort && (
        <Button variant="link" size="bare" className="justify-self-start" aria-expanded={all} onClick={() => {
          setAll(!all);
          setFind('');
        }}>
          {all ? t('filters.less') : t('filters.more', { count: values.length })}
        </Button>
      )}
    </section>
  );
}
