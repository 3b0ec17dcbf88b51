import type { TFunction } from 'i18next';

import type { FilterValues, UnderstoodItem } from '@/types/api';

import { type ActiveFilter, formatRange, parseRange } from './search-state';

type LabelField = 'genre' | 'theme' | 'demographic' | 'tag' | 'studio' | 'type' | 'status' | 'season' | 'source';

const kValuesOf: Record<LabelField, keyof FilterValues> = {
  genre: 'genres',
  theme: 'themes',
  demographic: 'demographics',
  tag: 'tags',
  studio: 'studios',
  type: 'types',
  status: 'statuses',
  season: 'seasons',
  source: 'sources',
};

function isLabelField(field: string): field is LabelField {
  return field in kValuesOf;
}

/** What a filter's value is called in the page's language; the value itself when that is unknown. */
export function valueLabel(values: FilterValues | undefined, field: string, value: string): string {
  if (!values || !isLabelField(field)) return value;
  const list = values[kValuesOf[field]] as FilterValues['genres'];
  return list.find((one) => one.value.toLowerCase() === value.toLowerCase())?.label ?? value;
}

/** "1990–1999", "from 1990"; a text that is no range stays as it is. */
export function rangeLabel(t: TFunction, text: string): string {
  const range = parseRange(text);
  const { min, max } = range;
  if (formatRange(range) === '') return text;
  if (min !== undefined && max !== undefined) return min === max ? String(min) : t('range.between', { min, max });
  return min !== undefined ? t('range.from', { min }) : t('range.to', { max });
}

const kRangeKinds = ['year', 'episodes', 'duration', 'score'] as const;

export function understoodLabel(t: TFunction, values: FilterValues | undefined, item: UnderstoodItem): string {
  if (item.kind === 'liked') return t('understood.liked', { value: item.label });
  if (item.kind === 'disliked') return t('understood.disliked', { value: item.label });
  if (item.kind === 'level') return t('understood.level', { value: t(`level.${item.value}`, item.label) });
  const range = kRangeKinds.find((kind) => kind === item.kind);
  if (range) return t(`understood.${range}`, { value: rangeLabel(t, item.value) });
  const excluded = item.kind.endsWith('_exclude');
  const field = excluded ? item.kind.slice(0, -'_exclude'.length) : item.kind;
  const known = valueLabel(values, field, item.value);
  const label = known === item.value ? item.label : known;
  return excluded ? t('understood.not', { value: label }) : label;
}

export function filterLabel(t: TFunction, values: FilterValues | undefined, filter: ActiveFilter): string {
  switch (filter.field) {
    case 'year':
    case 'episodes':
    case 'duration':
    case 'score':
      return `${t(`filters.${filter.field}`)}: ${rangeLabel(t, filter.value)}`;
    case 'popularity':
      return Number(filter.value) < 0 ? t('filters.popularityLow') : `${t('filters.popularity')}: ${filter.value}`;
    default: {
      const label = valueLabel(values, filter.field, filter.value);
      return filter.excluded ? t('filters.excluded', { value: label }) : label;
    }
  }
}
