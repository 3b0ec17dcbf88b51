import { cva, type VariantProps } from 'class-variance-authority';
import type { HTMLAttributes } from 'react';

import { cn } from '@/lib/cn';

const alertVariants = cva('flex items-start gap-3 rounded-xl px-4 py-3 text-sm [&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0', {
  variants: {
    tone: {
      notice: 'bg-brand-soft text-ink',
      error: 'bg-bad-soft text-ink [&_svg]:text-bad',
    },
  },
  defaultVariants: { tone: 'notice' },
});

export function Alert({ className, tone, ...props }: HTMLAttributes<HTMLDivElement> & VariantProps<typeof alertVariants>) {
  return <div role={tone === 'error' ? 'alert' : 'status'} className={cn(alertVariants({ tone }), className)} {...props} />;
}
