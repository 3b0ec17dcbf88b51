import { useSyncExternalStore } from 'react';

import { getLocation, type Location, subscribe } from '@/lib/location';

export function useLocation(): Location {
  return useSyncExternalStore(subscribe, getLocation);
}
