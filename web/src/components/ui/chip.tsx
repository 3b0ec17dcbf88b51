import { cva, type VariantProps } from 'class-variance-authority';
import { X } from 'lucide-react';
import { type ButtonHTMLAttributes, forwardRef } from 'react';

import { cn } from '@/lib/cn';

const chipVariants = cva(
  'inline-flex min-h-8 max-w-full items-center gap-1.5 rounded-full border px-3 py-1 text-left text-sm leading-tight transition-colors [&_svg]:size-3.5 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        plain: 'border-line-strong/50 bg-surface text-ink hover:border-brand hover:text-brand',
        chosen: 'border-brand bg-brand text-brand-ink hover:bg-brand/90',
        good: 'border-good/60 bg-good-soft text-good hover:border-good',
        bad: 'border-bad/60 bg-bad-soft text-bad hover:border-bad',
        understood: 'border-transparent bg-obi text-obi-ink hover:bg-obi/85',
      },
    },
    defaultVariants: { tone: 'plain' },
  },
);

export interface ChipProps extends ButtonHTMLAttributes<HTMLButtonElement>, VariantProps<typeof chipVariants> {
  /** Pressing takes the chip away: a cross says so. */
  removable?: boolean;
}

export const Chip = forwardRef<HTMLButtonElement, ChipProps>(function Chip(
  { className, tone, removable = false, children, ...props },
  ref,
) {
  return (
    <button ref={ref} type="button" className={cn(chipVariants({ tone }), className)} {...props}>
      {children}
      {removable && <X aria-hidden="true" />}
    </button>
  );
});
