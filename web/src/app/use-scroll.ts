import { useLayoutEffect } from 'react';

import type { Location } from '@/lib/location';

const kStorageKey = 'anireco.scroll';
const kKept = 50;

function readAll(): [string, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(kStorageKey) ?? '[]') as [string, number][];
  } catch {
    return [];
  }
}

function remember(key: string, top: number): void {
  const others = readAll().filter(([name]) => name !== key);
  try {
    sessionStorage.setItem(kStorageKey, JSON.stringify([...others, [key, top]].slice(-kKept)));
  } catch {
    // Without storage Back leads to the top.
  }
}

/** A new place begins at its top; Back and a reload return to where one was. */
export function useScroll({ key, action, typing, path, search }: Location): void {
  useLayoutEffect(() => {
    if (action === 'push' || action === 'replace') {
      if (action === 'push' || typing) window.scrollTo(0, 0);
      return undefined;
    }
    const top = readAll().find(([name]) => name === key)?.[1] ?? 0;
    // What is shown from the cache is there at once; what is fetched needs a moment.
    let tries = 0;
    let frame = 0;
    const settle = () => {
      window.scrollTo(0, top);
      tries += 1;
      if (Math.abs(window.scrollY - top) > 2 && tries < 60) frame = requestAnimationFrame(settle);
    };
    settle();
    return () => cancelAnimationFrame(frame);
  }, [key, action, typing, path, search]);

  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        remember(key, window.scrollY);
      }, 150);
    };
    const onHide = () => remember(key, window.scrollY);
    window.addEventListener('scroll', onScroll, { passive: true });
    window.addEventListener('pagehide', onHide);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('scroll', onScroll);
      window.removeEventListener('pagehide', onHide);
    };
  }, [key]);
}
