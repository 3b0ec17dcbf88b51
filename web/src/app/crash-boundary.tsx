import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/ui/button';

function Crashed() {
  const { t } = useTranslation();
  return (
    <main className="m-auto grid max-w-prose justify-items-center gap-3 p-6 text-center">
      <h1 className="text-2xl font-semibold">{t('error.crash')}</h1>
      <p className="text-ink-soft">{t('error.crashText')}</p>
      <Button onClick={() => window.location.reload()}>{t('error.reload')}</Button>
    </main>
  );
}

export class CrashBoundary extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override render() {
    return this.state.crashed ? <Crashed /> : this.props.children;
  }
}
