import { useSyncExternalStore } from 'react';

import { getLibrary, type Library, subscribeLibrary } from '@/lib/library';

export function useLibrary(): Library {
  return useSyncExternalStore(subscribeLibrary, getLibrary);
}
