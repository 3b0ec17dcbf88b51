import { useSyncExternalStore } from 'react';

import { getKeyState, type KeyState, subscribeKeyState } from '@/lib/api-key';

export function useKeyState(): KeyState {
  return useSyncExternalStore(subscribeKeyState, getKeyState);
}
