import { Slot } from '@radix-ui/react-slot';
import { cva, type VariantProps } from 'class-variance-authority';
import { type ButtonHTMLAttributes, forwardRef } from 'react';

import { cn } from '@/lib/cn';

const buttonVariants = cva(
  'inline-flex max-w-full shrink-0 items-center justify-center gap-2 text-center leading-tight font-medium transition-colors disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      variant: {
        solid: 'bg-brand text-brand-ink hover:bg-brand/90',
        outline: 'border border-line-strong/60 bg-surface text-ink hover:border-brand hover:text-brand',
        ghost: 'text-ink hover:bg-brand-soft hover:text-brand',
        link: 'text-brand underline decoration-brand/40 underline-offset-4 hover:decoration-brand',
      },
      size: {
        md: 'min-h-10 rounded-lg px-4 py-1 text-sm',
        sm: 'min-h-8 rounded-md px-3 py-1 text-sm',
        icon: 'size-10 rounded-lg',
        bare: 'min-h-6 rounded text-sm',
      },
    },
    defaultVariants: { variant: 'solid', size: 'md' },
  },
);

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement>, VariantProps<typeof buttonVariants> {
  asChild?: boolean;
}

export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { className, variant, size, asChild = false, type = 'button', ...props },
  ref,
) {
  const classes = cn(buttonVariants({ variant, size }), className);
  if (asChild) return <Slot ref={ref} className={classes} {...props} />;
  return <button ref={ref} type={type} className={classes} {...props} />;
});
