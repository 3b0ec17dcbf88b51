import { Download, FileUp, Sparkles, Trash2, X } from 'lucide-react';
import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Link } from '@/components/link';
import { Alert } from '@/components/ui/alert';
import { Button } from '@/components/ui/button';
import { useLibrary } from '@/hooks/use-library';
import { post } from '@/lib/api';
import { cn } from '@/lib/cn';
import { clearLibrary, type Entry, type Mark, putEntries, removeEntry, toJson } from '@/lib/library';
import { titlePath } from '@/lib/links';
import type { IdsResponse } from '@/types/api';

import { readList } from '../model/read-list';

const kMarks: readonly Mark[] = ['liked', 'disliked', 'seen'];
const kShown = 60;

/** Puts the server's ids and names in the place of other sites'; what it does not know stays as it is. */
async function resolve(entries: readonly Entry[]): Promise<{ entries: Entry[]; known: number }> {
  if (entries.length === 0) return { entries: [], known: 0 };
  const { resolved } = await post<IdsResponse>('/api/v1/ids', { ids: entries.map((entry) => entry.id) });
  const found = new Map(resolved.map((one) => [one.query, one]));
  return {
    entries: entries.map((entry) => {
      const one = found.get(entry.id);
      return one ? { ...entry, id: one.id, title: one.title } : entry;
    }),
    known: found.size,
  };
}

function MarkSection({ mark, entries }: { mark: Mark; entries: readonly Entry[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const headingId = useId();
  if (entries.length === 0) return null;
  const shown = all ? entries : entries.slice(0, kShown);
  return (
    <section aria-labelledby={headingId} className="grid gap-2">
      <h2 id={headingId} className="text-xl font-semibold">
        {t(`list.mark.${mark}`)} <span className="font-normal text-ink-soft">{entries.length}</span>
      </h2>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,18rem),1fr))] gap-2">
        {shown.map((entry) => (
          <li key={entry.id} className="flex items-center justify-between gap-1 rounded-lg border bg-surface pl-3">
            <Link href={titlePath(entry.id)} className="min-w-0 py-2 [overflow-wrap:anywhere] hover:text-brand">
              {entry.title || entry.id}
            </Link>
            <span className="flex shrink-0 items-center">
              {entry.rating !== undefined && <span className="text-sm text-ink-soft">{entry.rating}</span>}
              <Button variant="ghost" size="icon" aria-label={t('list.remove', { title: entry.title || entry.id })} onClick={() => removeEntry(entry.id)}>
                <X aria-hidden="true" />
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {shown.length < entries.length && (
        <Button variant="link" size="bare" className="justify-self-start" onClick={() => setAll(true)}>
          {t('filters.more', { count: entries.length })}
        </Button>
      )}
    </section>
  );
}

export default function LibraryView() {
  const { t } = useTranslation();
  const library = useLibrary();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [notice, setNotice] = useState<{ text: string; failed: boolean } | null>(null);
  const entries = [...library.values()];

  useEffect(() => {
    document.title = t('app.documentTitle', { text: t('list.title') });
  }, [t]);

  const take = async (file: File | undefined) => {
    if (!file) return;
    const read = await readList(file);
    if (!read) {
      setNotice({ text: t('list.unreadable', { name: file.name }), failed: true });
      return;
    }
    try {
      const { entries: ready, known } = await resolve(read);
      putEntries(ready);
      setNotice({ text: t('list.taken', { count: read.length, known }), failed: false });
    } catch {
      // The server is away; foreign ids serve as well, only names and links wait.
      putEntries(read);
      setNotice({ text: t('list.taken', { count: read.length, known: 0 }), failed: false });
    }
  };

  const save = () => {
    const url = URL.createObjectURL(new Blob([toJson(library)], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'anireco-list.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  };

  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };

  return (
    <div id="results" tabIndex={-1} className="mx-auto grid w-full max-w-6xl grow content-start gap-6 px-3 pt-6 pb-12 outline-none sm:px-6">
      <div className="grid gap-2">
        <h1 className="text-3xl font-bold tracking-tight">{t('list.title')}</h1>
        <p className="max-w-prose text-ink-soft">{t('list.lead')}</p>
      </div>
      <div className="flex flex-wrap gap-2">
        {entries.some((entry) => entry.mark === 'liked') && (
          <Button asChild>
            <Link href="/?mine=1">
              <Sparkles aria-hidden="true" />
              {t('list.recommend')}
            </Link>
          </Button>
        )}
        {entries.length > 0 && (
          <>
            <Button variant="outline" onClick={save}>
              <Download aria-hidden="true" />
              {t('list.export')}
            </Button>
            <Button
              variant="outline"
              onClick={() => {
                if (window.confirm(t('list.clearSure', { count: entries.length }))) clearLibrary();
              }}
            >
              <Trash2 aria-hidden="true" />
              {t('list.clear')}
            </Button>
          </>
        )}
      </div>
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
        className={cn('grid justify-items-center gap-3 rounded-2xl border-2 border-dashed border-line-strong px-4 py-8 text-center', over && 'border-brand bg-brand-soft')}
      >
        <p className="max-w-prose text-sm text-ink-soft">{t('list.importHint')}</p>
        <Button variant="outline" onClick={() => input.current?.click()}>
          <FileUp aria-hidden="true" />
          {t('list.import')}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".xml,.gz,.json"
          aria-label={t('list.import')}
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
      </div>
      {notice && <Alert tone={notice.failed ? 'error' : 'notice'}>{notice.text}</Alert>}
      {entries.length === 0 && <p className="text-ink-soft">{t('list.empty')}</p>}
      {kMarks.map((mark) => (
        <MarkSection key={mark} mark={mark} entries={entries.filter((entry) => entry.mark === mark)} />
      ))}
    </div>
  );
}
