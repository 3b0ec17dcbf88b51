import { KeyRound } from 'lucide-react';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ErrorNotice } from '@/components/error-notice';
import { Alert } from '@/components/ui/alert';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/input';
import { usePreferences } from '@/hooks/use-preferences';
import { isKnownKey } from '@/lib/api';
import { forgetKey, type KeyState, takeKey } from '@/lib/api-key';

/** A box with something in it that is still to be seen. */
const isWriting = (element: Element | null) =>
  (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) && element.value !== '' && element.getClientRects().length > 0;

/** Stands in the place of everything that a server does not tell without a key, and asks for one. */
export function KeyNotice({ state }: { state: Exclude<KeyState, 'fine'> }) {
  const { t } = useTranslation();
  const { apiKey } = usePreferences();
  const [draft, setDraft] = useState('');
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<'wrong' | Error | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();

  // What is being written elsewhere does not end up in here. The focus goes back to where it was when a key was wanted.
  useEffect(() => {
    const before = document.activeElement;
    if (!isWriting(before)) input.current?.focus();
    return () => {
      if (document.activeElement !== document.body) return;
      const place = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : document.getElementById('results');
      place?.focus({ preventScroll: true });
    };
  }, []);

  const tryDraft = async () => {
    const key = draft.trim();
    if (asking || key === '') return;
    setAsking(true);
    setFailure(null);
    try {
      if (await isKnownKey(key)) {
        takeKey(key);
        return;
      }
      setFailure('wrong');
      input.current?.focus();
      input.current?.select();
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setAsking(false);
    }
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void tryDraft();
  };

  return (
    <div className="mx-auto w-full max-w-2xl px-3 py-6 sm:px-6">
      <section aria-labelledby={`${id}-h`} data-testid="key" className="grid grid-cols-1 gap-4 rounded-2xl border bg-surface p-4 sm:p-6">
        <div role="alert" className="grid grid-cols-[auto_1fr] items-start gap-x-3 gap-y-1">
          <KeyRound aria-hidden="true" className="mt-0.5 size-5 text-brand" />
          <h1 id={`${id}-h`} className="text-lg leading-snug font-semibold">
            {t('key.title')}
          </h1>
          <p className="col-start-2 text-sm text-ink-soft">{t(state === 'unknown' ? 'key.unknown' : 'key.text')}</p>
        </div>
        <form className="grid grid-cols-1 gap-2" onSubmit={submit}>
          <label htmlFor={id} className="text-sm font-semibold">
            {t('key.label')}
          </label>
          <div className="flex flex-wrap gap-3">
            <Input
              ref={input}
              id={id}
              type="password"
              value={draft}
              required
              autoComplete="current-password"
              autoCapitalize="none"
              spellCheck="false"
              className="w-52 grow basis-52"
              aria-invalid={failure === 'wrong'}
              aria-describedby={failure === 'wrong' ? `${id}-p` : undefined}
              onChange={(event) => setDraft(event.target.value)}
            />
            <Button type="submit" aria-disabled={asking} className="max-xs:w-full">
              {t(asking ? 'key.asking' : 'key.use')}
            </Button>
          </div>
          {failure === 'wrong' && (
            <Alert tone="error" id={`${id}-p`}>
              {t('key.wrong')}
            </Alert>
          )}
        </form>
        {failure instanceof Error && <ErrorNotice error={failure} onRetry={() => void tryDraft()} retrying={asking} />}
        {apiKey !== '' && (
          <Button
            variant="link"
            size="bare"
            className="justify-self-start"
            onClick={() => {
              forgetKey();
              input.current?.focus();
            }}
          >
            {t('key.forget')}
          </Button>
        )}
      </section>
    </div>
  );
}
