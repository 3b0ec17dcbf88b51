import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Input } from '@/components/ui/input';
import { Slider } from '@/components/ui/slider';

import { type Range, type RangeField, type SearchState, withRange } from '../model/search-state';

interface RangeGroupProps {
  field: RangeField;
  state: SearchState;
  /** Ends of the slider; what is typed may lie beyond them. */
  low: number;
  high: number;
  step?: number;
  onChange: (state: SearchState) => void;
}

function toNumber(text: string): number | undefined {
  const value = Number(text.replace(',', '.'));
  return text.trim() === '' || !Number.isFinite(value) || value < 0 ? undefined : value;
}

/** A range by slider or by typing; an end at the slider's edge means no bound. */
export function RangeGroup({ field, state, low, high, step = 1, onChange }: RangeGroupProps) {
  const { t } = useTranslation();
  const headingId = useId();
  const range = state.ranges[field];
  const [dragged, setDragged] = useState<readonly [number, number] | null>(null);
  /** What is being typed, until it is taken over. */
  const [typed, setTyped] = useState<{ min?: string; max?: string }>({});
  const texts = { min: typed.min ?? range.min?.toString() ?? '', max: typed.max ?? range.max?.toString() ?? '' };

  const commit = (next: Range) => {
    const { min, max } = next;
    const swapped = min !== undefined && max !== undefined && min > max ? { min: max, max: min } : next;
    if (swapped.min !== range.min || swapped.max !== range.max) onChange(withRange(state, field, swapped));
  };
  const commitTyped = () => {
    setTyped({});
    commit({ min: toNumber(texts.min), max: toNumber(texts.max) });
  };
  const clamp = (value: number) => Math.min(high, Math.max(low, value));
  const ends: [number, number] = dragged ? [...dragged] : [clamp(range.min ?? low), clamp(range.max ?? high)];
  const name = t(`filters.${field}`);
  const sides = ['min', 'max'] as const;
  return (
    <section aria-labelledby={headingId} className="grid gap-2">
      <div className="flex items-center justify-between gap-2">
        <h3 id={headingId} className="text-sm font-semibold">
          {name}
        </h3>
        <div className="flex items-center gap-1.5">
          {sides.map((side, index) => (
            <Input
              key={side}
              inputMode="decimal"
              aria-label={t(`range.${side}`, { field: name })}
              placeholder={t(index === 0 ? 'range.anyMin' : 'range.anyMax')}
              value={dragged ? String(dragged[index]) : texts[side]}
              onChange={(event) => setTyped({ ...typed, [side]: event.target.value })}
              onBlur={commitTyped}
              onKeyDown={(event) => {
                if (event.key === 'Enter') commitTyped();
              }}
              className="h-8 w-16 px-2 text-center"
            />
          ))}
        </div>
      </div>
      <Slider
        min={low}
        max={high}
        step={step}
        value={ends}
        onValueChange={([min = low, max = high]) => setDragged([min, max])}
        onValueCommit={([min = low, max = high]) => {
          setDragged(null);
          commit({ min: min > low ? min : undefined, max: max < high ? max : undefined });
        }}
        thumbLabels={[t('range.min', { field: name }), t('range.max', { field: name })]}
      />
    </section>
  );
}
