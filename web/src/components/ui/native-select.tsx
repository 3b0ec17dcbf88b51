import { ChevronDown } from 'lucide-react';
import { forwardRef, type SelectHTMLAttributes } from 'react';

import { cn } from '@/lib/cn';

/** The platform's own list: best under a thumb, and it needs no styles at run time. */
export const NativeSelect = forwardRef<HTMLSelectElement, SelectHTMLAttributes<HTMLSelectElement>>(function NativeSelect(
  { className, children, ...props },
  ref,
) {
  return (
    <span className="relative inline-flex min-w-0">
      <select
        ref={ref}
        className={cn(
          'h-10 w-full min-w-0 appearance-none rounded-lg border border-line-strong/60 bg-surface pr-9 pl-3 text-sm text-ink hover:border-brand',
          className,
        )}
        {...props}
      >
        {children}
      </select>
      <ChevronDown aria-hidden="true" className="pointer-events-none absolute top-3 right-2.5 size-4 text-ink-soft" />
    </span>
  );
});
