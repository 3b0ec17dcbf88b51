import './styles.css';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { changeLanguage, setUpLanguage } from '@/i18n';
import { UnreachableError } from '@/lib/api';
import { getPreferences, subscribePreferences } from '@/lib/preferences';

import { App } from './app';
import { CrashBoundary } from './crash-boundary';
import { followTheme } from './theme';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The server is near and its refusals are final; only a lost connection is worth one more try.
      retry: (failures, error) => failures < 1 && error instanceof UnreachableError,
      retryDelay: 300,
      refetchOnWindowFocus: false,
      networkMode: 'always',
    },
  },
});

async function start(): Promise<void> {
  followTheme();
  await setUpLanguage(getPreferences().language);
  subscribePreferences(() => void changeLanguage(getPreferences().language));
  const root = document.getElementById('root');
  if (!root) throw new Error('The page has no root element.');
  createRoot(root).render(
    <StrictMode>
      <CrashBoundary>
        <QueryClientProvider client={client}>
          <App />
        </QueryClientProvider>
      </CrashBoundary>
    </StrictMode>,
  );
}

void start();
