import { memo, useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/ui/button';
import { Chip } from '@/components/ui/chip';
import { NativeSelect } from '@/components/ui/native-select';
import { Segmented } from '@/components/ui/segmented';
import { Slider } from '@/components/ui/slider';
import { useRoving } from '@/hooks/use-roving';
import { cn } from '@/lib/cn';
import type { FacetCount, Facets, FilterValues } from '@/types/api';

import { liveCount } from '../model/live-count';
import { type SearchState, type TermField, type ValueField, withTerm, withValues } from '../model/search-state';
import { RangeGroup } from './range-group';
import { TermGroup } from './term-group';

interface FilterPanelProps {
  state: SearchState;
  values: FilterValues;
  facets: Facets | undefined;
  onChange: (state: SearchState) => void;
}

function ChoiceGroup({ field, values, counts, state, onChange }: {
  field: ValueField;
  values: readonly FacetCount[];
  counts: readonly FacetCount[] | undefined;
  state: SearchState;
  onChange: (state: SearchState) => void;
}) {
  const { t, i18n } = useTranslation();
  const headingId = useId();
  const chosen = state.values[field];
  const known = values.filter((one) => one.value !== 'unknown');
  const roving = useRoving(known.map((one) => one.value));
  if (known.length < 2 && chosen.length === 0) return null;
  return (
    <section aria-labelledby={headingId} className="grid gap-2">
      <h3 id={headingId} className="text-sm font-semibold">
        {t(`filters.${field}`)}
      </h3>
      <div role="toolbar" aria-labelledby={headingId} className="flex flex-wrap gap-1.5" {...roving.group}>
        {known.map((one) => {
          const pressed = chosen.includes(one.value);
          const count = liveCount(counts, one);
          return (
            <Chip
              key={one.value}
              tone={pressed ? 'chosen' : 'plain'}
              aria-pressed={pressed}
              onClick={() =>
                onChange(withValues(state, field, pressed ? chosen.filter((value) => value !== one.value) : [...chosen, one.value]))
              }
              className={cn(!pressed && count === 0 && 'text-ink-soft')}
              {...roving.item(one.value)}
            >
              {one.label}
              {count !== null && <span className="text-xs">{count.toLocaleString(i18n.language)}</span>}
            </Chip>
          );
        })}
      </div>
    </section>
  );
}

/** One value or any, from a list too long for chips. */
function SelectGroup({ label, value, values, onChoose }: {
  label: string;
  value: string;
  values: readonly FacetCount[];
  onChoose: (value: string) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  if (values.length === 0) return null;
  return (
    <div className="grid gap-2">
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
      </label>
      <NativeSelect id={id} value={value} onChange={(event) => onChoose(event.target.value)}>
        <option value="">{t('filters.any')}</option>
        {values.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label} ({one.count})
          </option>
        ))}
      </NativeSelect>
    </div>
  );
}

/** The server's own, where the address names none. */
const kDefaultPopularity = 0.6;

function PopularityDial({ state, onChange }: { state: SearchState; onChange: (state: SearchState) => void }) {
  const { t } = useTranslation();
  const value = state.popularity ?? kDefaultPopularity;
  const text = value < -0.2 ? t('filters.popularityLow') : value > 0.2 ? t('filters.popularityHigh') : '0';
  return (
    <section className="grid gap-1">
      <div className="flex items-center justify-between">
        <h3 className="text-sm font-semibold">{t('filters.popularity')}</h3>
        {state.popularity !== undefined && (
          <Button variant="link" size="bare" onClick={() => onChange({ ...state, pages: 1, popularity: undefined })}>
            {t('filters.popularityReset')}
          </Button>
        )}
      </div>
      <Slider
        key={state.popularity}
        min={-1}
        max={1}
        step={0.1}
        defaultValue={[value]}
        onValueCommit={([popularity]) => onChange({ ...state, pages: 1, popularity })}
        thumbLabels={[t('filters.popularity')]}
        thumbTexts={[text]}
      />
      <div className="flex justify-between text-xs text-ink-soft">
        <span>{t('filters.popularityLow')}</span>
        <span>{t('filters.popularityHigh')}</span>
      </div>
    </section>
  );
}

export default memo(function FilterPanel({ state, values, facets, onChange }: FilterPanelProps) {
  const { t } = useTranslation();
  const studios = useMemo(() => [...values.studios].sort((a, b) => a.label.localeCompare(b.label)), [values.studios]);
  const years = values.years.map((one) => Number(one.value)).filter((year) => year > 0);
  const group = (field: TermField, all: readonly FacetCount[], counts: readonly FacetCount[] | undefined) => (
    <TermGroup field={field} state={state} values={all} counts={counts} onChange={onChange} />
  );
  const choice = (field: ValueField, all: readonly FacetCount[], counts: readonly FacetCount[] | undefined) => (
    <ChoiceGroup field={field} values={all} counts={counts} state={state} onChange={onChange} />
  );
  const studio = state.terms.studio.all[0] ?? '';
  return (
    <div className="grid gap-6">
      {choice('type', values.types, facets?.types)}
      <div className="grid gap-1.5">
        {group('genre', values.genres, facets?.genres)}
        <p className="text-xs text-ink-soft">{t('filters.hint')}</p>
      </div>
      {years.length > 1 && (
        <RangeGroup field="year" state={state} low={Math.min(...years)} high={Math.max(...years)} onChange={onChange} />
      )}
      <RangeGroup field="score" state={state} low={1} high={10} step={0.5} onChange={onChange} />
      <RangeGroup field="episodes" state={state} low={1} high={60} onChange={onChange} />
      {group('theme', values.themes, facets?.themes)}
      {group('demographic', values.demographics, facets?.demographics)}
      <PopularityDial state={state} onChange={onChange} />
      {choice('status', values.statuses, facets?.statuses)}
      {choice('season', values.seasons, facets?.seasons)}
      {group('tag', values.tags, facets?.tags)}
      <SelectGroup
        label={t('filters.source')}
        value={state.values.source[0] ?? ''}
        values={values.sources}
        onChoose={(value) => onChange(withValues(state, 'source', value === '' ? [] : [value]))}
      />
      <SelectGroup
        label={t('filters.studio')}
        value={studio}
        values={studios}
        onChoose={(value) => {
          const cleared = studio === '' ? state : withTerm(state, 'studio', studio, 'off');
          onChange(value === '' ? cleared : withTerm(cleared, 'studio', value, 'all'));
        }}
      />
      <RangeGroup field="duration" state={state} low={1} high={180} onChange={onChange} />
      {values.levels.length > 1 && (
        <div className="grid gap-2">
          <h3 className="text-sm font-semibold">{t('filters.level')}</h3>
          <Segmented
            label={t('filters.level')}
            value={state.level}
            options={values.levels.map((level) => ({ value: level, label: t(`level.${level}`) }))}
            onChange={(level) => onChange({ ...state, pages: 1, level })}
          />
        </div>
      )}
    </div>
  );
});
