import { getPreferences, subscribePreferences } from '@/lib/preferences';

/** Keeps the page's colours with the choice, or with the system where there is none. */
export function followTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    const { theme } = getPreferences();
    const dark = theme === 'dark' || (theme === 'auto' && system.matches);
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  };
  apply();
  system.addEventListener('change', apply);
  subscribePreferences(apply);
}
