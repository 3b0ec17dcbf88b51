import { Heart, type LucideIcon, Search, Settings2, Shuffle } from 'lucide-react';
import type { MouseEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Link } from '@/components/link';
import { Button } from '@/components/ui/button';
import { cn } from '@/lib/cn';

interface ActionsProps {
  /** Path that is shown now: its action is marked. */
  path: string;
  onHome: (event: MouseEvent) => void;
  onSurprise: () => void;
  onSettings: () => void;
  className?: string;
}

const kLook = 'bar:h-14 bar:w-auto bar:min-w-0 bar:grow bar:basis-0 bar:flex-col bar:gap-0.5 bar:rounded-none bar:px-1 bar:focus-visible:-outline-offset-4';

function Face({ icon: Icon, label }: { icon: LucideIcon; label: string }): ReactNode {
  return (
    <>
      <Icon aria-hidden="true" className="size-5!" />
      <span aria-hidden="true" className="hidden max-w-full truncate text-xs leading-tight bar:block">
        {label}
      </span>
    </>
  );
}

/** What can be done from everywhere: icons in the head, or a bar under the thumb of who holds a phone. */
export function Actions({ path, onHome, onSurprise, onSettings, className }: ActionsProps) {
  const { t } = useTranslation();
  const list = path === '/list';
  return (
    <nav aria-label={t('app.actions')} className={cn('flex items-center bar:fixed bar:inset-x-0 bar:bottom-0 bar:z-40 bar:w-full bar:border-t bar:bg-surface', className)}>
      <Button variant="ghost" size="icon" asChild className={cn(kLook, 'hidden bar:inline-flex', path === '/' && 'bar:text-brand')}>
        <Link href="/" aria-label={t('app.search')} aria-current={path === '/' ? 'page' : undefined} onClick={onHome}>
          <Face icon={Search} label={t('app.search')} />
        </Link>
      </Button>
      <Button variant="ghost" size="icon" aria-label={t('home.surprise')} title={t('home.surprise')} className={kLook} onClick={onSurprise}>
        <Face icon={Shuffle} label={t('home.surpriseShort')} />
      </Button>
      <Button variant="ghost" size="icon" asChild className={cn(kLook, list && 'text-brand')}>
        <Link href="/list" aria-label={t('list.title')} title={t('list.title')} aria-current={list ? 'page' : undefined}>
          <Face icon={Heart} label={t('list.title')} />
        </Link>
      </Button>
      <Button variant="ghost" size="icon" aria-label={t('settings.open')} title={t('settings.open')} aria-haspopup="dialog" className={kLook} onClick={onSettings}>
        <Face icon={Settings2} label={t('settings.open')} />
      </Button>
    </nav>
  );
}
