import { forwardRef, type InputHTMLAttributes } from 'react';

import { cn } from '@/lib/cn';

export const Input = forwardRef<HTMLInputElement, InputHTMLAttributes<HTMLInputElement>>(function Input({ className, ...props }, ref) {
  return (
    <input
      ref={ref}
      className={cn(
        'h-10 w-full min-w-0 rounded-lg border border-line-strong/60 bg-surface px-3 text-sm text-ink placeholder:text-ink-soft hover:border-brand',
        className,
      )}
      {...props}
    />
  );
});
