import { useLayoutEffect } from 'react';

import type { Location } from '@/lib/location';

const kStorageKey = 'anireco.places';
const kKept = 50;
const kSettleMs = 4000;
const kStillFrames = 8;
const kHeadPx = 72;
const kMoves = ['wheel', 'touchstart', 'keydown', 'pointerdown'] as const;

/** Where one was: pixels, and the card at the top of the window, for heights far above are guessed until they are seen. */
interface Place {
  readonly top: number;
  readonly card?: string;
  /** Of the card's upper edge below the window's. */
  readonly offset?: number;
}

function readAll(): [string, Place][] {
  try {
    return JSON.parse(sessionStorage.getItem(kStorageKey) ?? '[]') as [string, Place][];
  } catch {
    return [];
  }
}

function currentPlace(): Place {
  const top = window.scrollY;
  if (top < 1) return { top };
  // Asked by what is seen there, not by measuring cards: those far away are not laid out.
  for (const below of [0, 40, 80]) {
    const card = document.elementFromPoint(window.innerWidth * 0.6, kHeadPx + below)?.closest<HTMLElement>('[data-id]');
    if (card) return { top, card: card.dataset['id'], offset: card.getBoundingClientRect().top };
  }
  return { top };
}

function remember(key: string): void {
  const others = readAll().filter(([name]) => name !== key);
  try {
    sessionStorage.setItem(kStorageKey, JSON.stringify([...others, [key, currentPlace()]].slice(-kKept)));
  } catch {
    // Without storage Back leads to the top.
  }
}

/** Goes there; how far off it still is, in pixels. */
function goTo({ top, card, offset = 0 }: Place): number {
  const found = card === undefined ? null : document.querySelector(`[data-id="${CSS.escape(card)}"]`);
  if (!found) {
    window.scrollTo(0, top);
    return card === undefined ? Math.abs(window.scrollY - top) : Number.POSITIVE_INFINITY;
  }
  const away = found.getBoundingClientRect().top - offset;
  window.scrollBy(0, away);
  return Math.abs(away);
}

/** A new place begins at its top; Back and a reload return to where one was. */
export function useScroll({ key, action, typing, path, search }: Location): void {
  useLayoutEffect(() => {
    if (action === 'push' || action === 'replace') {
      if (action === 'push' || typing) window.scrollTo(0, 0);
      return undefined;
    }
    const place = readAll().find(([name]) => name === key)?.[1] ?? { top: 0 };
    // What is shown from the cache is there at once; what is fetched needs a moment.
    const end = performance.now() + kSettleMs;
    let frame = 0;
    let still = 0;
    const settle = () => {
      still = goTo(place) <= 2 ? still + 1 : 0;
      if (still < kStillFrames && performance.now() < end) frame = requestAnimationFrame(settle);
    };
    // Whoever moves on by themselves is not pulled back.
    const stop = () => cancelAnimationFrame(frame);
    settle();
    for (const name of kMoves) window.addEventListener(name, stop, { once: true, passive: true });
    return () => {
      stop();
      for (const name of kMoves) window.removeEventListener(name, stop);
    };
  }, [key, action, typing, path, search]);

  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keep = () => remember(key);
    const onScroll = () => {
      clearTimeout(timer);
      timer = setTimeout(keep, 120);
    };
    // Where the end of scrolling is told, nothing need be done on the way.
    const [name, onMoved] = 'onscrollend' in window ? (['scrollend', keep] as const) : (['scroll', onScroll] as const);
    window.addEventListener(name, onMoved, { passive: true });
    window.addEventListener('pagehide', keep);
    return () => {
      clearTimeout(timer);
      window.removeEventListener(name, onMoved);
      window.removeEventListener('pagehide', keep);
    };
  }, [key]);
}
