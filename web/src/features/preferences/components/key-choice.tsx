import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/ui/button';
import { usePreferences } from '@/hooks/use-preferences';
import { forgetKey } from '@/lib/api-key';

/** The key that this browser holds, to be forgotten; nothing where there is none. */
export function KeyChoice() {
  const { t } = useTranslation();
  const { apiKey } = usePreferences();
  const [forgotten, setForgotten] = useState(false);
  const told = useRef<HTMLParagraphElement>(null);

  // The button that had the focus has gone.
  useEffect(() => {
    if (forgotten && apiKey === '') told.current?.focus();
  }, [forgotten, apiKey]);

  if (apiKey === '' && !forgotten) return null;
  return (
    <div className="grid gap-2">
      <h3 className="text-sm font-semibold">{t('key.label')}</h3>
      <p ref={told} tabIndex={-1} className="text-sm text-ink-soft outline-none">
        {t(apiKey === '' ? 'key.forgotten' : 'key.held')}
      </p>
      {apiKey !== '' && (
        <Button
          variant="outline"
          className="justify-self-start"
          onClick={() => {
            forgetKey();
            setForgotten(true);
          }}
        >
          {t('key.forget')}
        </Button>
      )}
    </div>
  );
}
