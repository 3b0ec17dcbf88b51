import * as SliderPrimitive from '@radix-ui/react-slider';
import type { ComponentPropsWithoutRef } from 'react';

import { cn } from '@/lib/cn';

interface SliderProps extends Omit<ComponentPropsWithoutRef<typeof SliderPrimitive.Root>, 'aria-label'> {
  /** A name for each thumb, in order. */
  thumbLabels: readonly string[];
  thumbTexts?: readonly string[];
}

export function Slider({ className, thumbLabels, thumbTexts, ...props }: SliderProps) {
  return (
    <SliderPrimitive.Root className={cn('relative flex h-6 w-full touch-none items-center select-none', className)} {...props}>
      <SliderPrimitive.Track className="relative h-1.5 grow overflow-hidden rounded-full bg-line">
        <SliderPrimitive.Range className="absolute h-full bg-brand" />
      </SliderPrimitive.Track>
      {thumbLabels.map((label, index) => (
        <SliderPrimitive.Thumb
          key={label}
          aria-label={label}
          aria-valuetext={thumbTexts?.[index]}
          className="block size-6 rounded-full border-2 border-brand bg-surface shadow-card"
        />
      ))}
    </SliderPrimitive.Root>
  );
}
