import { type ComponentType, useEffect, useState } from 'react';

import { ErrorNotice } from '@/components/error-notice';
import { Skeleton } from '@/components/ui/skeleton';
import { UnreachableError } from '@/lib/api';

/**
 * A part of the page that is fetched when it is first shown. When that fails, because the server
 * is gone, only this part says so, and can be tried again; React's own `lazy` would keep failing.
 */
export function lazyPart<Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>) {
  let loaded: ComponentType<Props> | null = null;
  return function LazyPart(props: Props) {
    const [Part, setPart] = useState(() => loaded);
    const [attempt, setAttempt] = useState(1);
    const [failedAttempt, setFailedAttempt] = useState(0);
    useEffect(() => {
      if (Part) return undefined;
      let wanted = true;
      load().then(
        (module) => {
          loaded = module.default;
          if (wanted) setPart(() => module.default);
        },
        () => {
          if (wanted) setFailedAttempt(attempt);
        },
      );
      return () => {
        wanted = false;
      };
    }, [Part, attempt]);
    if (Part) return <Part {...props} />;
    if (failedAttempt === attempt) return <ErrorNotice error={new UnreachableError()} onRetry={() => setAttempt(attempt + 1)} />;
    return <Skeleton className="h-96" />;
  };
}
