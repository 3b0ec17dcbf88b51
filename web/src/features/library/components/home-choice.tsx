import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Alert } from '@/components/ui/alert';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/input';
import { Segmented } from '@/components/ui/segmented';
import { useLibraryState } from '@/hooks/use-library';
import { chooseProfile } from '@/lib/library-store';
import { isProfileName, profileState } from '@/lib/profiles';

type Home = 'browser' | 'server';

/** Where the list is kept: in this browser, or under a name on the server, for all devices. */
export function HomeChoice() {
  const { t } = useTranslation();
  const { profile } = useLibraryState();
  const [home, setHome] = useState<Home>(profile === null ? 'browser' : 'server');
  const [name, setName] = useState(profile ?? '');
  const [problem, setProblem] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const id = useId();

  const choose = (next: Home) => {
    setHome(next);
    setProblem(null);
    if (next === 'browser' && profile !== null) void chooseProfile(null);
  };

  const open = async (event: FormEvent) => {
    event.preventDefault();
    const wanted = name.trim();
    if (!isProfileName(wanted)) {
      setProblem(t('list.home.badName'));
      return;
    }
    setAsking(true);
    try {
      const found = await profileState(wanted);
      setProblem(found === 'off' ? t('list.home.off') : null);
      if (found !== 'off') await chooseProfile(wanted);
    } catch (error) {
      setProblem(error instanceof Error && error.name === 'UnreachableError' ? t('error.unreachable') : t('error.problem'));
    } finally {
      setAsking(false);
    }
  };

  return (
    <section aria-labelledby={`${id}-h`} className="grid grid-cols-1 content-start gap-3 rounded-2xl border bg-surface p-4">
      <h2 id={`${id}-h`} className="text-lg font-semibold">
        {t('list.home.title')}
      </h2>
      <Segmented
        label={t('list.home.title')}
        value={home}
        options={[
          { value: 'browser', label: t('list.home.browser') },
          { value: 'server', label: t('list.home.server') },
        ]}
        onChange={choose}
      />
      <p className="text-sm text-ink-soft">{t(home === 'browser' ? 'list.home.browserHint' : 'list.home.serverHint')}</p>
      {home === 'server' && (
        <form className="grid gap-2" onSubmit={(event) => void open(event)}>
          <label htmlFor={id} className="text-sm font-semibold">
            {t('list.home.name')}
          </label>
          <div className="flex gap-2">
            <Input
              id={id}
              value={name}
              maxLength={40}
              autoComplete="nickname"
              autoCapitalize="none"
              spellCheck="false"
              aria-invalid={problem !== null}
              aria-describedby={problem === null ? undefined : `${id}-p`}
              onChange={(event) => setName(event.target.value)}
            />
            <Button type="submit" disabled={asking || (profile !== null && name.trim() === profile)}>
              {t(profile === null ? 'list.home.open' : 'list.home.change')}
            </Button>
          </div>
          {problem !== null && (
            <Alert tone="error" id={`${id}-p`}>
              {problem}
            </Alert>
          )}
          {profile !== null && problem === null && <p className="text-sm font-medium text-good">{t('list.home.now', { name: profile })}</p>}
        </form>
      )}
    </section>
  );
}
