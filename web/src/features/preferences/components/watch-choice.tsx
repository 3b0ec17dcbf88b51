import { useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import { Input } from '@/components/ui/input';
import { NativeSelect } from '@/components/ui/native-select';
import { usePreferences } from '@/hooks/use-preferences';
import { setPreferences } from '@/lib/preferences';
import { browserRegion, kWatchRegions } from '@/lib/watch';

/** Whose site a title's "where to watch" leads to. */
export function WatchChoice() {
  const { t, i18n } = useTranslation();
  const { watchRegion, watchTemplate } = usePreferences();
  const id = useId();
  const regions = useMemo(() => {
    const names = new Intl.DisplayNames(i18n.language, { type: 'region' });
    return kWatchRegions
      .map((region) => ({ region, name: names.of(region) ?? region }))
      .sort((a, b) => a.name.localeCompare(b.name, i18n.language));
  }, [i18n.language]);
  const own = browserRegion(navigator.languages);
  const ownName = regions.find(({ region }) => region === own)?.name;
  return (
    <div className="grid gap-2">
      <label htmlFor={id} className="text-sm font-semibold">
        {t('title.watch')}
      </label>
      <NativeSelect id={id} value={watchRegion} onChange={(event) => setPreferences({ watchRegion: event.target.value })}>
        <option value="auto">{ownName === undefined ? t('settings.watchAutoNone') : t('settings.watchAuto', { region: ownName })}</option>
        <option value="off">{t('settings.watchOff')}</option>
        <option value="own">{t('settings.watchOwn')}</option>
        {regions.map(({ region, name }) => (
          <option key={region} value={region}>
            {name}
          </option>
        ))}
      </NativeSelect>
      {watchRegion === 'own' && (
        <>
          <Input
            type="url"
            value={watchTemplate}
            placeholder="https://…?q={title}"
            aria-label={t('settings.watchOwn')}
            aria-describedby={`${id}-hint`}
            onChange={(event) => setPreferences({ watchTemplate: event.target.value })}
          />
          <p id={`${id}-hint`} className="text-sm text-ink-soft">
            {t('settings.watchHint')}
          </p>
        </>
      )}
    </div>
  );
}
