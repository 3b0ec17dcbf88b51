import type { ReactNode } from 'react';

import { cn } from '@/lib/cn';

/** A way past what one does not want to walk through by Tab: seen only while it has the focus. */
export function SkipLink({ to, className, children }: { to: string; className?: string; children: ReactNode }) {
  return (
    <a
      href={`#${to}`}
      className={cn('absolute z-50 -translate-x-[200vw] rounded-lg bg-brand px-4 py-2 text-sm font-medium text-brand-ink focus:translate-x-0', className)}
      onClick={(event) => {
        event.preventDefault();
        const place = document.getElementById(to);
        (place?.querySelector<HTMLElement>('[data-card], [data-roving][tabindex="0"]') ?? place)?.focus();
      }}
    >
      {children}
    </a>
  );
}
