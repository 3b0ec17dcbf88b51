import { useSyncExternalStore } from 'react';

import { getPreferences, type Preferences, subscribePreferences } from '@/lib/preferences';

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribePreferences, getPreferences);
}
