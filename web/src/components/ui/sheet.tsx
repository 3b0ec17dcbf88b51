import { X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';

import { cn } from '@/lib/cn';

import { Button } from './button';

interface SheetProps {
  open: boolean;
  onClose: () => void;
  title: string;
  closeLabel: string;
  children: ReactNode;
  footer?: ReactNode;
  className?: string;
}

/**
 * A modal panel on the platform's own dialog: focus stays inside, Escape closes, the page behind
 * is inert. A scripted lock would have to write style elements, which the page's policy forbids.
 */
export function Sheet({ open, onClose, title, closeLabel, children, footer, className }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (open && !element.open) element.showModal();
    if (!open && element.open) element.close();
  }, [open]);
  return (
    // A click on the backdrop is a shortcut; Escape and the cross do the same for everyone else.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      className={cn(
        'fixed inset-y-0 right-0 left-auto m-0 h-dvh w-full max-w-sm bg-surface p-0 shadow-lift backdrop:bg-[#0a0c1c]/55 open:animate-rise',
        className,
      )}
    >
      {open && (
        <div className="flex h-full flex-col">
          <div className="flex items-center justify-between gap-2 border-b px-4 py-2">
            <h2 className="text-lg font-semibold">{title}</h2>
            <Button variant="ghost" size="icon" aria-label={closeLabel} onClick={onClose}>
              <X aria-hidden="true" />
            </Button>
          </div>
          <div className="min-h-0 grow overflow-y-auto overscroll-contain px-4 py-4">{children}</div>
          {footer && <div className="border-t px-4 py-3">{footer}</div>}
        </div>
      )}
    </dialog>
  );
}
