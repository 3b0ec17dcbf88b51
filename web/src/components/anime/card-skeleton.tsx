import { Skeleton } from '@/components/ui/skeleton';

export function CardSkeleton() {
  return (
    <div aria-hidden="true" className="flex gap-4 rounded-2xl border bg-surface p-3">
      <Skeleton className="aspect-2/3 w-[6.25rem] shrink-0 xs:w-28 sm:w-32" />
      <div className="flex grow flex-col gap-2.5 pt-1">
        <Skeleton className="h-5 w-3/5" />
        <Skeleton className="h-4 w-2/5" />
        <Skeleton className="mt-2 h-4 w-full" />
        <Skeleton className="h-4 w-11/12" />
        <Skeleton className="h-4 w-4/6" />
      </div>
    </div>
  );
}
