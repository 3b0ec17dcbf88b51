import { useId } from 'react';
import { useTranslation } from 'react-i18next';

import { NativeSelect } from '@/components/ui/native-select';
import { Segmented } from '@/components/ui/segmented';
import { Sheet } from '@/components/ui/sheet';
import { Switch } from '@/components/ui/switch';
import { usePreferences } from '@/hooks/use-preferences';
import { kThemes, kTitleLanguages, setPreferences, type TitleLanguage } from '@/lib/preferences';
import type { Language } from '@/types/api';

import { KeyChoice } from './key-choice';
import { WatchChoice } from './watch-choice';

const kLanguages: readonly { value: Language; label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'ru', label: 'Русский' },
];

export function Settings({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { language, theme, images, titleLanguage, spoilers, hideSeen } = usePreferences();
  const ids = { images: useId(), spoilers: useId(), hideSeen: useId(), titles: useId() };
  return (
      <Sheet open={open} onClose={onClose} title={t('settings.open')} closeLabel={t('settings.close')}>
        <div className="grid gap-6">
          <div className="grid gap-2">
            <h3 className="text-sm font-semibold">{t('settings.language')}</h3>
            <Segmented label={t('settings.language')} value={language} options={kLanguages} onChange={(value) => setPreferences({ language: value })} />
          </div>
          <div className="grid gap-2">
            <label htmlFor={ids.titles} className="text-sm font-semibold">
              {t('settings.titles')}
            </label>
            <NativeSelect
              id={ids.titles}
              value={titleLanguage}
              onChange={(event) => setPreferences({ titleLanguage: event.target.value as TitleLanguage })}
            >
              {kTitleLanguages.map((one) => (
                <option key={one} value={one}>
                  {t(`settings.titleLanguage.${one}`)}
                </option>
              ))}
            </NativeSelect>
          </div>
          <div className="grid gap-2">
            <h3 className="text-sm font-semibold">{t('settings.theme')}</h3>
            <Segmented
              label={t('settings.theme')}
              value={theme}
              options={kThemes.map((value) => ({ value, label: t(`settings.${value}`) }))}
              onChange={(value) => setPreferences({ theme: value })}
            />
          </div>
          <div className="flex items-start justify-between gap-4">
            <div>
              <label htmlFor={ids.images} className="text-sm font-semibold">
                {t('settings.images')}
              </label>
              <p className="text-sm text-ink-soft">{t('settings.imagesHint')}</p>
            </div>
            <Switch id={ids.images} checked={images} onCheckedChange={(value) => setPreferences({ images: value })} />
          </div>
          <div className="flex items-center justify-between gap-4">
            <label htmlFor={ids.spoilers} className="text-sm font-semibold">
              {t('settings.spoilers')}
            </label>
            <Switch id={ids.spoilers} checked={spoilers} onCheckedChange={(value) => setPreferences({ spoilers: value })} />
          </div>
          <div className="flex items-center justify-between gap-4">
            <label htmlFor={ids.hideSeen} className="text-sm font-semibold">
              {t('list.hideSeen')}
            </label>
            <Switch id={ids.hideSeen} checked={hideSeen} onCheckedChange={(value) => setPreferences({ hideSeen: value })} />
          </div>
          <WatchChoice />
          <KeyChoice />
        </div>
      </Sheet>
  );
}
