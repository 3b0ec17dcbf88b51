import { Undo2, X } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/ui/button';
import { useLastChange, useLibraryState } from '@/hooks/use-library';
import { forgetLastChange } from '@/lib/library-store';

const kShownMs = 10_000;

/** Says that a title has left the results because of a mark, and takes that back; or that a profile did not keep a mark. */
export function UndoNotice() {
  const { t } = useTranslation();
  const last = useLastChange();
  const { error } = useLibraryState();
  const hides = last?.hides ?? false;
  useEffect(() => {
    if (!hides && !error) return undefined;
    const timer = setTimeout(forgetLastChange, kShownMs);
    return () => clearTimeout(timer);
  }, [hides, last, error]);
  return (
    <div role="status" className="pointer-events-none fixed inset-x-0 bottom-4 z-20 grid justify-items-center px-3 bar:bottom-18">
      {error && last && (
        <p className="pointer-events-auto rounded-xl bg-bad-soft px-4 py-2.5 text-sm text-ink shadow-lift" data-testid="undo">
          {t('list.notKept', { title: last.title })}
        </p>
      )}
      {!error && hides && last && (
        <div className="pointer-events-auto flex max-w-full animate-rise items-center gap-2 rounded-xl bg-ink py-1.5 pr-1.5 pl-4 text-sm text-paper shadow-lift" data-testid="undo">
          <span className="min-w-0 [overflow-wrap:anywhere]">{t(`list.hidden.${last.mark}`, { title: last.title })}</span>
          <Button variant="ghost" size="sm" className="text-paper hover:bg-paper/15 hover:text-paper focus-visible:outline-paper" onClick={last.undo}>
            <Undo2 aria-hidden="true" />
            {t('list.undo')}
          </Button>
          <Button variant="ghost" size="bare" aria-label={t('list.dismiss')} className="size-8 text-paper hover:bg-paper/15 hover:text-paper focus-visible:outline-paper" onClick={forgetLastChange}>
            <X aria-hidden="true" />
          </Button>
        </div>
      )}
    </div>
  );
}
