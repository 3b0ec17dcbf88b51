import type { TFunction } from 'i18next';
import { SlidersHorizontal } from 'lucide-react';
import { startTransition, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ErrorNotice } from '@/components/error-notice';
import { lazyPart } from '@/components/lazy-part';
import { SkipLink } from '@/components/skip-link';
import { Alert } from '@/components/ui/alert';
import { Button } from '@/components/ui/button';
import { NativeSelect } from '@/components/ui/native-select';
import { Sheet } from '@/components/ui/sheet';
import { Skeleton } from '@/components/ui/skeleton';
import { useMedia } from '@/hooks/use-media';
import { useStable } from '@/hooks/use-stable';
import type { Hit, Language, SearchResponse } from '@/types/api';

import { useFilterValues } from '../api/use-filter-values';
import { useNames } from '../api/use-names';
import { useSearch } from '../api/use-search';
import { activeFilters, kEmptyState, kPageSize, kSorts, type SearchState } from '../model/search-state';
import { ChipRow } from './chip-row';
import { NothingFits } from './nothing-fits';
import { Results, ResultsLoading } from './results';
import { Suggestions } from './suggestions';

const FilterPanel = lazyPart(() => import('./filter-panel'));

interface SearchViewProps {
  state: SearchState;
  language: Language;
  onChange: (state: SearchState) => void;
  onPages: (pages: number) => void;
}

function resultCount(t: TFunction, number: (value: number) => string, answer: SearchResponse, asks: boolean): string {
  const all = { count: answer.total_filtered, formatted: number(answer.total_filtered) };
  if (!asks) return t('results.browse', all);
  if (answer.total_filtered === 0) return t('empty.title');
  if (answer.total_relevant === 0) return t('results.none', all);
  const relevant = { count: answer.total_relevant, formatted: number(answer.total_relevant) };
  return `${t('results.relevant', relevant)} ${t('results.among', all)}`;
}

/** Everything below the box: what was understood, filters, results. */
export function SearchView({ state, language, onChange, onPages }: SearchViewProps) {
  const { t, i18n } = useTranslation();
  const wide = useMedia('(min-width: 68rem)');
  const [sheetOpen, setSheetOpen] = useState(false);
  const [panelOpen, setPanelOpen] = useState(true);
  const values = useFilterValues(state.level, language);
  const names = useNames([...state.like, ...state.dislike], state.level, language);
  const { search, explain } = useSearch(state, language);

  const number = (value: number) => value.toLocaleString(i18n.language);
  const pages = search.data?.pages ?? [];
  const first = pages[0];
  const answers = search.data?.pages;
  const hits = useMemo(() => answers?.flatMap((page) => page.hits) ?? [], [answers]);
  const stale = search.isPlaceholderData;
  const asks = state.mine || state.q.trim() !== '' || state.like.length + state.dislike.length > 0;
  const tiered = asks && state.sort === 'relevance';
  const filterCount = activeFilters(state).length;
  const panelShown = wide && panelOpen;

  const more = useStable(() => {
    void search.fetchNextPage();
    onPages(Math.ceil(hits.length / kPageSize) + 1);
  });
  const moreLike = useStable((hit: Hit) => onChange({ ...state, pages: 1, q: '', off: [], like: [...new Set([...state.like, hit.id])] }));
  const notThis = useStable((hit: Hit) => onChange({ ...state, pages: 1, dislike: [...new Set([...state.dislike, hit.id])] }));
  const stableExplain = useStable(explain);

  // The panel is drawn anew for what it shows, not for each letter typed.
  const { terms, values: chosen, ranges, popularity, level } = state;
  const panelState = useMemo(() => ({ ...kEmptyState, terms, values: chosen, ranges, popularity, level }), [terms, chosen, ranges, popularity, level]);
  const changeFilters = useStable((next: SearchState) =>
    onChange({ ...state, pages: 1, terms: next.terms, values: next.values, ranges: next.ranges, popularity: next.popularity, level: next.level }),
  );
  // Cards come first; what stands beside them follows a moment later.
  const facets = useDeferredValue(first?.facets);
  const [panelReady, setPanelReady] = useState(false);
  useEffect(() => startTransition(() => setPanelReady(true)), []);
  const panel = values.data && panelReady ? (
    <FilterPanel state={panelState} values={values.data} facets={facets} onChange={changeFilters} />
  ) : values.error ? (
    <ErrorNotice error={values.error} onRetry={() => void values.refetch()} retrying={values.isFetching} />
  ) : (
    <Skeleton className="h-96" />
  );

  const count = first ? resultCount(t, number, first, asks) : '';

  return (
    <div className="mx-auto w-full max-w-[88rem] grow px-3 pt-3 pb-12 sm:px-6">
      <div className="grid gap-2">
        <Suggestions text={state.like.length === 0 ? state.q : ''} level={state.level} language={language} />
        <ChipRow state={state} understood={first?.understood ?? []} values={values.data} names={names} onChange={onChange} />
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button
          variant="outline"
          aria-expanded={wide ? panelOpen : sheetOpen}
          aria-haspopup={wide ? undefined : 'dialog'}
          onClick={() => (wide ? setPanelOpen(!panelOpen) : setSheetOpen(true))}
        >
          <SlidersHorizontal aria-hidden="true" />
          {panelShown ? t('filters.hide') : filterCount > 0 ? t('filters.openCount', { count: filterCount }) : t('filters.open')}
        </Button>
        <p role="status" aria-live="polite" className="order-last w-full text-sm text-ink-soft sm:order-none sm:w-auto sm:grow" data-testid="count">
          {search.isPending || stale ? t('results.loading') : count}
        </p>
        <span className="flex min-w-0 grow items-center justify-end gap-2 sm:grow-0">
          <label htmlFor="sort" className="text-sm text-ink-soft max-sm:sr-only">
            {t('sort.label')}
          </label>
          <NativeSelect
            id="sort"
            value={state.sort}
            onChange={(event) => onChange({ ...state, pages: 1, sort: kSorts.find((sort) => sort === event.target.value) ?? 'relevance' })}
          >
            {kSorts.map((sort) => (
              <option key={sort} value={sort}>
                {t(`sort.${sort}`)}
              </option>
            ))}
          </NativeSelect>
        </span>
      </div>
      <div className="mt-4 flex items-start gap-6">
        {panelShown && (
          <aside id="filters" aria-label={t('filters.title')} className="sticky top-24 max-h-[calc(100dvh-7rem)] w-72 shrink-0 overflow-y-auto overscroll-contain rounded-2xl border bg-surface p-4">
            <h2 className="sr-only">{t('filters.title')}</h2>
            <SkipLink to="results">{t('filters.skip')}</SkipLink>
            {panel}
          </aside>
        )}
        <div id="results" tabIndex={-1} className="grid min-w-0 grow gap-4 outline-none">
          {first?.degraded && !search.error && (
            <Alert data-testid="degraded">
              <p className="grow">{t(`degraded.${first.degraded}`)}</p>
              <Button variant="link" size="bare" onClick={() => void search.refetch()}>
                {t('degraded.retry')}
              </Button>
            </Alert>
          )}
          {search.error && <ErrorNotice error={search.error} onRetry={() => void search.refetch()} retrying={search.isFetching} />}
          {search.isPending && <ResultsLoading />}
          {first && hits.length === 0 && !search.error && <NothingFits state={state} understood={first.understood} values={values.data} language={language} onChange={onChange} />}
          {hits.length > 0 && (
            <Results
              hits={hits}
              tiered={tiered}
              stale={stale || search.isError}
              hasMore={search.hasNextPage}
              loadingMore={search.isFetchingNextPage}
              onMore={more}
              onMoreLike={moreLike}
              onNotThis={notThis}
              onExplain={stableExplain}
            />
          )}
        </div>
      </div>
      <Sheet
        open={sheetOpen && !wide}
        onClose={() => setSheetOpen(false)}
        title={t('filters.title')}
        closeLabel={t('filters.close')}
        footer={
          <Button className="w-full" onClick={() => setSheetOpen(false)}>
            {t('filters.show', { count: first?.total_filtered ?? 0, formatted: number(first?.total_filtered ?? 0) })}
          </Button>
        }
      >
        {panel}
      </Sheet>
    </div>
  );
}
