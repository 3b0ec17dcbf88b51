import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { UndoNotice } from '@/components/anime/undo-notice';
import { ErrorNotice } from '@/components/error-notice';
import { lazyPart } from '@/components/lazy-part';
import { Link } from '@/components/link';
import { Mark } from '@/components/logo';
import { SkipLink } from '@/components/skip-link';
import { Button } from '@/components/ui/button';
import { KeyNotice } from '@/features/preferences/components/key-notice';
import { Settings } from '@/features/preferences/components/settings';
import { fetchRandom } from '@/features/search/api/random';
import { useFilterValues } from '@/features/search/api/use-filter-values';
import { useAskEarly } from '@/features/search/api/use-search';
import { Examples } from '@/features/search/components/greeting';
import { Scene } from '@/features/search/components/scene';
import { SearchBox, type SearchBoxHandle } from '@/features/search/components/search-box';
import { SearchView } from '@/features/search/components/search-view';
import { fromQuery, isBlank, kEmptyState, type SearchState, toPath } from '@/features/search/model/search-state';
import { useKeyState } from '@/hooks/use-key-state';
import { useLevel } from '@/hooks/use-level';
import { useLocation } from '@/hooks/use-location';
import { usePreferences } from '@/hooks/use-preferences';
import { cn } from '@/lib/cn';
import { titlePath } from '@/lib/links';
import { navigate } from '@/lib/location';

import { Actions } from './actions';
import { matchRoute } from './routes';
import { useScroll } from './use-scroll';

const LibraryView = lazyPart(() => import('@/features/library/components/library-view'));
const TitleView = lazyPart(() => import('@/features/title/components/title-view'));

function focusFirstCard(): void {
  document.querySelector<HTMLElement>('[data-testid=suggestions] a, [data-card]')?.focus();
}

export function App() {
  const { t, i18n } = useTranslation();
  const { language } = usePreferences();
  const location = useLocation();
  const level = useLevel();
  const route = matchRoute(location.path);
  const state = useMemo(() => (route.name === 'search' ? fromQuery(location.search) : { ...kEmptyState, level }), [route.name, location.search, level]);
  const keyState = useKeyState();
  const locked = keyState !== 'fine';
  const blank = route.name === 'search' && isBlank(state);
  const greeting = blank && !locked;
  const box = useRef<SearchBoxHandle>(null);
  const [settingsOpen, setSettingsOpen] = useState(false);
  const values = useFilterValues(state.level, language);
  useScroll(location);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const writing = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      if (event.key !== '/' || writing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      box.current?.focus();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);

  useEffect(() => {
    if (route.name === 'search') {
      document.title = state.q.trim() === '' ? t('app.name') : t('app.documentTitle', { text: state.q.trim() });
    }
  }, [route.name, state.q, t]);

  const change = useCallback((next: SearchState) => navigate(toPath(next)), []);
  const withText = (text: string): SearchState => ({ ...state, q: text, pages: 1, off: text.trim() === '' ? [] : state.off });
  const askEarly = useAskEarly(language);
  const onType = (text: string) => {
    const path = toPath(withText(text));
    // As the address tells it, for that is what will be shown.
    const next = fromQuery(new URL(path, window.location.origin).search);
    if (!isBlank(next)) askEarly(next);
    navigate(path, { typing: true });
  };
  const onSubmit = (text: string) => navigate(toPath(withText(text)), { replace: location.typing });
  const [surpriseError, setSurpriseError] = useState<Error | null>(null);
  const surprise = async () => {
    setSurpriseError(null);
    try {
      const { anime } = await fetchRandom(state, language);
      navigate(titlePath(anime.id, level));
    } catch (error) {
      setSurpriseError(error instanceof Error ? error : new Error(String(error)));
    }
  };

  return (
    <>
      <SkipLink to={locked ? 'key' : 'results'} className="fixed top-2 left-2">
        {t('app.skip')}
      </SkipLink>
      <header className={cn('z-30', greeting ? 'relative' : 'sticky top-0 border-b bg-paper low:static')}>
        <div
          className={cn(
            'mx-auto grid w-full max-w-[88rem] grid-cols-[auto_1fr_auto] items-center bar:grid-cols-[auto_1fr] gap-x-2 px-3 sm:gap-x-5 sm:px-6',
            greeting ? 'pt-3' : 'py-2',
          )}
        >
          <Link href="/" aria-label={t('app.home')} className="flex items-center gap-2.5 rounded-lg">
            <Mark className="size-9" />
            <span className={cn('text-xl font-bold tracking-tight', !greeting && 'max-md:hidden')}>{t('app.name')}</span>
          </Link>
          <div className={cn('min-w-0', greeting ? 'col-span-3 row-start-2 mx-auto w-full max-w-3xl' : 'max-w-3xl')}>
            {greeting && (
              <div className="pt-[9dvh] pb-6 text-center sm:pt-[12dvh] sm:pb-8">
                <h1 className="text-[clamp(1.875rem,5.2vw,3.25rem)] leading-[1.08] font-bold tracking-tight">{t('home.headline')}</h1>
                <p className="mx-auto mt-4 max-w-xl text-[1.0625rem] text-ink-soft">{t('home.lead')}</p>
              </div>
            )}
            <SearchBox ref={box} value={state.q} onType={onType} onSubmit={onSubmit} onLeaveDown={focusFirstCard} large={greeting} />
          </div>
          <Actions
            path={location.path}
            onHome={(event) => {
              if (!blank) return;
              event.preventDefault();
              box.current?.focus();
            }}
            onSurprise={() => void surprise()}
            onSettings={() => setSettingsOpen(true)}
            className="col-start-3 row-start-1 justify-self-end"
          />
        </div>
      </header>
      <Settings open={settingsOpen} onClose={() => setSettingsOpen(false)} />
      {locked && (
        <main id="key" tabIndex={-1} className="grow outline-none">
          <KeyNotice state={keyState} />
        </main>
      )}
      {/* Kept as it is until the server answers again. */}
      <main className={cn('flex grow flex-col', greeting && 'relative', locked && 'hidden')}>
        {surpriseError && (
          <div className="relative z-10 mx-auto w-full max-w-3xl px-3 pt-3">
            <ErrorNotice error={surpriseError} onRetry={() => void surprise()} />
          </div>
        )}
        {blank ? (
          <>
            <div id="results" tabIndex={-1} className="relative z-10 mx-auto grid w-full max-w-3xl gap-4 px-3 pt-5 pb-44 outline-none sm:px-6 sm:pb-52">
              <Examples onChoose={onSubmit} />
              {values.data && (
                <p className="text-center text-sm text-ink-soft">
                  {t('home.catalogue', { count: values.data.total, formatted: values.data.total.toLocaleString(i18n.language) })}
                </p>
              )}
            </div>
            <Scene className="pointer-events-none absolute inset-x-0 bottom-0 h-[46dvh] min-h-56 w-full" />
          </>
        ) : route.name === 'search' ? (
          <>
            <h1 className="sr-only">{t('app.name')}</h1>
            <SearchView
              state={state}
              language={language}
              onChange={change}
              onPages={(pages) => navigate(toPath({ ...state, pages }), { replace: true })}
            />
          </>
        ) : route.name === 'title' ? (
          <TitleView key={route.id} id={route.id} language={language} />
        ) : route.name === 'list' ? (
          <LibraryView />
        ) : (
          <div id="results" tabIndex={-1} className="m-auto grid justify-items-center gap-3 p-6 text-center">
            <h1 className="text-2xl font-semibold">{t('error.notFound')}</h1>
            <Button asChild>
              <Link href="/">{t('app.name')}</Link>
            </Button>
          </div>
        )}
      </main>
      {!locked && <UndoNotice />}
      <footer className={cn('flex flex-wrap justify-center gap-x-6 gap-y-1 px-4 py-3 text-sm', greeting ? 'bg-[#181b38] text-[#d5daf0] dark:bg-[#070918]' : 'border-t text-ink-soft')}>
        <span className="max-md:hidden">{t('footer.keys')}</span>
        <span>{t('footer.text')}</span>
 <Link href="/list" className="underline underline-offset-4">
          {t('list.title')}
        </Link>
        <a href="/docs" className="underline underline-offset-4">
          {t('footer.api')}
        </a>
      </footer>
    </>
  );
}
