import { useSyncExternalStore } from 'react';

import type { Library } from '@/lib/library';
import { getLastChange, getLibraryState, type LastChange, type LibraryState, subscribeLibrary } from '@/lib/library-store';

export function useLibraryState(): LibraryState {
  return useSyncExternalStore(subscribeLibrary, getLibraryState);
}

export function useLibrary(): Library {
  return useLibraryState().entries;
}

export function useLastChange(): LastChange | null {
  return useSyncExternalStore(subscribeLibrary, getLastChange);
}
