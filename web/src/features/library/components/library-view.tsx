import { Download, Sparkles, Trash2 } from 'lucide-react';
import { type MouseEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ErrorNotice } from '@/components/error-notice';
import { Link } from '@/components/link';
import { Alert } from '@/components/ui/alert';
import { Button } from '@/components/ui/button';
import { useLibraryState } from '@/hooks/use-library';
import { getBlob, ProblemError, UnreachableError } from '@/lib/api';
import { type Entry, isSeen, toJson } from '@/lib/library';
import { chooseProfile, clearBrowserLibrary, putEntries, reloadProfile } from '@/lib/library-store';
import { getPreferences } from '@/lib/preferences';
import { deleteProfile, exportPath, fetchIntoProfile, fetchPublicList, kSiteNames, type ListSite, putProfileFile } from '@/lib/profiles';

import { resolve } from '../api/resolve';
import { readList } from '../model/read-list';
import { BringList } from './bring-list';
import { EntrySection } from './entry-section';
import { HomeChoice } from './home-choice';

interface Notice {
  readonly text: string;
  readonly failed: boolean;
}

const kSections: readonly { key: string; holds: (entry: Entry) => boolean }[] = [
  { key: 'list.mark.liked', holds: (entry) => entry.mark === 'liked' },
  { key: 'list.mark.disliked', holds: (entry) => entry.mark === 'disliked' },
  { key: 'list.mark.seen', holds: (entry) => !entry.mark && isSeen(entry) },
  { key: 'list.planned', holds: (entry) => !entry.mark && entry.status === 'planned' },
  { key: 'list.scored', holds: (entry) => !entry.mark && !entry.status },
];

const kExports = [
  { format: 'json', ending: 'json', label: 'list.export' },
  { format: 'mal', ending: 'xml', label: 'list.exportMal' },
] as const;

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export default function LibraryView() {
  const { t } = useTranslation();
  const { profile, entries: library, loading, error } = useLibraryState();
  const [notice, setNotice] = useState<Notice | null>(null);
  const [busy, setBusy] = useState(false);
  const entries = [...library.values()];

  useEffect(() => {
    document.title = t('app.documentTitle', { text: t('list.title') });
  }, [t]);

  const fail = (failure: unknown, off: string): Notice => {
    if (failure instanceof UnreachableError) return { text: t('error.unreachable'), failed: true };
    if (!(failure instanceof ProblemError)) return { text: t('error.problem'), failed: true };
    const { status, detail, title } = failure.problem;
    // A server that does not know the path, or has it switched off, says which.
    const missing = status === 403 || status === 405 || (status === 404 && /^nothing/i.test(detail));
    return { text: missing ? off : detail || title, failed: true };
  };

  const work = async (task: () => Promise<Notice>, off: string) => {
    setBusy(true);
    setNotice(null);
    try {
      setNotice(await task());
    } catch (failure) {
      setNotice(fail(failure, off));
    } finally {
      setBusy(false);
    }
  };

  /** Into this browser: read here, named by the server. */
  const take = async (read: readonly Entry[]): Promise<Notice> => {
    const { entries: ready, known } = await resolve(read);
    putEntries(ready);
    return { text: t('list.taken', { count: read.length, known }), failed: false };
  };

  const takeFile = (file: File) =>
    work(async () => {
      const read = await readList(file);
      if (!read) return { text: t('list.unreadable', { name: file.name }), failed: true };
      if (profile === null) return take(read);
      await putProfileFile(profile, file);
      await reloadProfile();
      return { text: t('list.takenProfile', { count: read.length, name: profile }), failed: false };
    }, t('list.home.off'));

  const takeUser = (site: ListSite, user: string) =>
    work(async () => {
      if (profile === null) return take(await fetchPublicList(site, user));
      await fetchIntoProfile(profile, site, user);
      await reloadProfile();
      return { text: t('list.takenUser', { user, site: kSiteNames[site], name: profile }), failed: false };
    }, t('list.fetchOff'));

  /** A link sends no key: with one, the file is fetched and saved from here. */
  const saveWithKey = (event: MouseEvent, path: string, name: string) => {
    if (getPreferences().apiKey === '') return;
    event.preventDefault();
    void getBlob(path).then(
      (file) => save(file, name),
      (failure: unknown) => setNotice(fail(failure, t('list.home.off'))),
    );
  };

  const clear = () => {
    if (!window.confirm(t(profile === null ? 'list.clearSure' : 'list.deleteSure', { count: entries.length, name: profile }))) return;
    if (profile === null) {
      clearBrowserLibrary();
      return;
    }
    void work(async () => {
      await deleteProfile(profile);
      await chooseProfile(profile);
      return { text: t('list.deleted', { name: profile }), failed: false };
    }, t('list.home.off'));
  };

  return (
    <div id="results" tabIndex={-1} className="mx-auto grid w-full max-w-6xl grow grid-cols-1 content-start gap-6 px-3 pt-6 pb-12 outline-none sm:px-6">
      <div className="grid gap-2">
        <h1 className="text-3xl font-bold tracking-tight">{t('list.title')}</h1>
        <p className="max-w-prose text-ink-soft">{t('list.lead')}</p>
      </div>
      {error && <ErrorNotice error={error} onRetry={() => void reloadProfile()} retrying={loading} />}
      {entries.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {entries.some((entry) => entry.mark === 'liked' || (entry.score ?? 0) >= 7) && (
            <Button asChild>
              <Link href="/?mine=1">
                <Sparkles aria-hidden="true" />
                {t('list.recommend')}
              </Link>
            </Button>
          )}
          {profile === null ? (
            <Button variant="outline" onClick={() => save(new Blob([toJson(library)], { type: 'application/json' }), 'anireco-list.json')}>
              <Download aria-hidden="true" />
              {t('list.export')}
            </Button>
          ) : (
            kExports.map(({ format, ending, label }) => (
              <Button key={format} variant="outline" asChild>
                <a href={exportPath(profile, format)} download={`${profile}.${ending}`} onClick={(event) => saveWithKey(event, exportPath(profile, format), `${profile}.${ending}`)}>
                  <Download aria-hidden="true" />
                  {t(label)}
                </a>
              </Button>
            ))
          )}
          <Button variant="outline" disabled={busy} onClick={clear}>
            <Trash2 aria-hidden="true" />
            {t(profile === null ? 'list.clear' : 'list.delete')}
          </Button>
        </div>
      )}
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        <BringList busy={busy} onFile={(file) => void takeFile(file)} onUser={(site, user) => void takeUser(site, user)} />
        <HomeChoice />
      </div>
      {notice && <Alert tone={notice.failed ? 'error' : 'notice'}>{notice.text}</Alert>}
      {entries.length === 0 && !loading && !error && <p className="text-ink-soft">{t('list.empty')}</p>}
      {kSections.map(({ key, holds }) => (
        <EntrySection key={key} label={t(key)} entries={entries.filter(holds)} />
      ))}
    </div>
  );
}
