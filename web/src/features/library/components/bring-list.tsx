import { FileUp } from 'lucide-react';
import { type DragEvent, type FormEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/input';
import { NativeSelect } from '@/components/ui/native-select';
import { cn } from '@/lib/cn';
import { kListSites, kSiteNames, type ListSite } from '@/lib/profiles';

interface BringListProps {
  busy: boolean;
  onFile: (file: File) => void;
  onUser: (site: ListSite, user: string) => void;
}

/** A list from elsewhere: a file that was exported there, or a public name. */
export function BringList({ busy, onFile, onUser }: BringListProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [site, setSite] = useState<ListSite>('mal');
  const [user, setUser] = useState('');
  const id = useId();

  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) onFile(file);
  };

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (user.trim() !== '') onUser(site, user.trim());
  };

  return (
    <section aria-labelledby={`${id}-h`} className="grid grid-cols-1 content-start gap-4 rounded-2xl border bg-surface p-4">
      <h2 id={`${id}-h`} className="text-lg font-semibold">
        {t('list.bring')}
      </h2>
      {/* Dropping is a shortcut; the button within does the same for everyone else. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        role="group"
        aria-label={t('list.import')}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
        className={cn('grid grid-cols-1 justify-items-start gap-2 rounded-xl border-2 border-dashed border-line-strong/60 p-4', over && 'border-brand bg-brand-soft')}
      >
        <p className="max-w-prose text-sm text-ink-soft">{t('list.importHint')}</p>
        <Button variant="outline" disabled={busy} onClick={() => input.current?.click()}>
          <FileUp aria-hidden="true" />
          {t('list.import')}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".xml,.gz,.json,.txt,.csv"
          aria-label={t('list.import')}
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) onFile(file);
          }}
        />
      </div>
      <form className="grid grid-cols-1 gap-2" onSubmit={onSubmit}>
        <label htmlFor={id} className="text-sm font-semibold">
          {t('list.user')}
        </label>
        <div className="flex flex-wrap gap-2">
          <NativeSelect aria-label={t('list.site')} value={site} onChange={(event) => setSite(event.target.value as ListSite)}>
            {kListSites.map((one) => (
              <option key={one} value={one}>
                {kSiteNames[one]}
              </option>
            ))}
          </NativeSelect>
          <Input
            id={id}
            value={user}
            maxLength={60}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck="false"
            className="w-40 grow"
            onChange={(event) => setUser(event.target.value)}
          />
          <Button type="submit" variant="outline" className="max-xs:w-full" disabled={busy || user.trim() === ''}>
            {t(busy ? 'list.fetching' : 'list.fetch')}
          </Button>
        </div>
        <p className="text-sm text-ink-soft">{t('list.userHint')}</p>
      </form>
    </section>
  );
}
