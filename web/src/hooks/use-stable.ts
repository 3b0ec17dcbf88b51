import { useCallback, useLayoutEffect, useRef } from 'react';

/** One function for good that does what the latest one given does, so that what it is handed to need not be drawn anew. For events, never while drawing. */
export function useStable<Arguments extends unknown[], Result>(latest: (...values: Arguments) => Result): (...values: Arguments) => Result {
  const current = useRef(latest);
  useLayoutEffect(() => {
    current.current = latest;
  });
  return useCallback((...values: Arguments) => current.current(...values), []);
}
