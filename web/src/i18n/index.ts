import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';

import type { Language } from '@/types/api';

import en from './locales/en.json';

/** English is always there; another language is fetched when it is first needed. */
async function load(language: Language): Promise<void> {
  if (language === 'ru' && !i18next.hasResourceBundle('ru', 'translation')) {
    const ru = await import('./locales/ru.json');
    i18next.addResourceBundle('ru', 'translation', ru.default);
  }
}

export async function setUpLanguage(language: Language): Promise<i18n> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  });
  await changeLanguage(language);
  return i18next;
}

export async function changeLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}
