import { CloudOff, Hourglass, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import { Alert } from '@/components/ui/alert';
import { Button } from '@/components/ui/button';
import { ProblemError, UnreachableError } from '@/lib/api';

interface ErrorNoticeProps {
  error: Error;
  onRetry: () => void;
  retrying?: boolean;
}

/** What went wrong, told apart: nobody there, too busy, or refused with a reason. */
export function ErrorNotice({ error, onRetry, retrying = false }: ErrorNoticeProps) {
  const { t } = useTranslation();
  const problem = error instanceof ProblemError ? error.problem : null;
  const unreachable = error instanceof UnreachableError;
  const busy = problem?.status === 503;
  const Icon = unreachable ? CloudOff : busy ? Hourglass : TriangleAlert;
  const seconds = error instanceof ProblemError ? error.retryAfterSeconds : null;
  return (
    <Alert tone="error" data-testid="error">
      <Icon aria-hidden="true" />
      <div className="grid justify-items-start gap-1">
        <p className="font-semibold">{t(unreachable ? 'error.unreachable' : busy ? 'error.busy' : 'error.problem')}</p>
        {unreachable && <p>{t('error.unreachableText')}</p>}
        {busy && seconds !== null && <p>{t('error.busyText', { count: seconds })}</p>}
        {problem && !busy && <p>{problem.detail || problem.title}</p>}
        {problem?.errors && problem.errors.length > 0 && (
          <ul className="list-disc pl-5">
            {problem.errors.map(({ field, message }) => (
              <li key={field + message}>
                <code>{field}</code>: {message}
              </li>
            ))}
          </ul>
        )}
        {!problem && !unreachable && <p>{error.message}</p>}
        {problem?.request_id && <p className="text-xs text-ink-soft">{t('error.request', { id: problem.request_id })}</p>}
        <Button size="sm" variant="outline" className="mt-1" disabled={retrying} onClick={onRetry}>
          {t('error.retry')}
        </Button>
      </div>
    </Alert>
  );
}
