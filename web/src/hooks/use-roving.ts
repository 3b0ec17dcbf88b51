import { type KeyboardEvent, useState } from 'react';

import { type Arrow, kArrows, nextBox } from '@/lib/grid';

/**
 * One stop of Tab for a group of buttons; arrow keys, Home and End move within it. Spread `group` on
 * what holds the buttons, and `item(key)` on each.
 */
export function useRoving(keys: readonly string[], first: string | undefined = keys[0]) {
  const [last, setLast] = useState<string | null>(null);
  const stop = last !== null && keys.includes(last) ? last : first;

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-roving]')];
    const at = items.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    const arrow = kArrows.find((one): one is Arrow => one === event.key);
    let next: number | null = null;
    if (event.key === 'Home') next = 0;
    else if (event.key === 'End') next = items.length - 1;
    else if (arrow) next = nextBox(items.map((one) => one.getBoundingClientRect()), at, arrow);
    else return;
    event.preventDefault();
    if (next !== null) items[next]?.focus();
  };

  return {
    group: { onKeyDown },
    item: (key: string) => ({
      'data-roving': key,
      tabIndex: key === stop ? 0 : -1,
      onFocus: () => setLast(key),
    }),
  };
}
