import { Search, X } from 'lucide-react';
import { forwardRef, type KeyboardEvent, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '@/components/ui/button';
import { cn } from '@/lib/cn';

import { kMaxText } from '../model/search-state';

/** Letters that come together are one question, asked when they pause; one that comes by itself is asked about at once. */
const kTypingPauseMs = 25;
const kByItselfMs = 80;
const kMaxHeightPx = 160;

interface SearchBoxProps {
  /** The text of the address. */
  value: string;
  onType: (text: string) => void;
  onSubmit: (text: string) => void;
  /** Arrow down at the end of the text. */
  onLeaveDown: () => void;
  large: boolean;
}

export interface SearchBoxHandle {
  focus(): void;
}

export const SearchBox = forwardRef<SearchBoxHandle, SearchBoxProps>(function SearchBox(
  { value, onType, onSubmit, onLeaveDown, large },
  ref,
) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(value);
  const sent = useRef(value);
  const [focused, setFocused] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const lastLetter = useRef(Number.NEGATIVE_INFINITY);
  const area = useRef<HTMLTextAreaElement>(null);

  useImperativeHandle(ref, () => ({
    focus: () => {
      area.current?.focus();
      area.current?.select();
    },
  }));

  // The address changed by another way than this box: Back, an example, a link.
  useEffect(() => {
    if (value === sent.current) return;
    clearTimeout(timer.current);
    sent.current = value;
    setDraft(value);
  }, [value]);

  useEffect(() => () => clearTimeout(timer.current), []);

  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    // A long text shows whole while one works on it, and in one line while one reads the results.
    element.style.height = 'auto';
    if (large || focused) element.style.height = `${Math.min(element.scrollHeight, kMaxHeightPx)}px`;
    else element.scrollTop = 0;
  }, [draft, large, focused]);

  const type = (text: string) => {
    setDraft(text);
    clearTimeout(timer.current);
    const ask = () => {
      sent.current = text;
      onType(text);
    };
    const now = performance.now();
    const byItself = now - lastLetter.current > kByItselfMs;
    lastLetter.current = now;
    if (byItself) ask();
    else timer.current = setTimeout(ask, kTypingPauseMs);
  };

  const submit = (text: string) => {
    clearTimeout(timer.current);
    sent.current = text;
    setDraft(text);
    onSubmit(text);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    const element = event.currentTarget;
    if (event.key === 'Enter') {
      event.preventDefault();
      submit(draft);
    } else if (event.key === 'Escape' && draft !== '') {
      event.preventDefault();
      submit('');
    } else if (event.key === 'ArrowDown' && element.selectionEnd === draft.length) {
      event.preventDefault();
      onLeaveDown();
    }
  };

  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        submit(draft);
      }}
      className={cn(
        'flex items-start gap-1 rounded-2xl border-2 border-ink bg-raised p-1 shadow-card transition-shadow focus-within:border-brand focus-within:shadow-lift dark:border-line-strong',
        large ? 'sm:p-1.5' : 'rounded-xl',
      )}
    >
      <Search aria-hidden="true" className={cn('ml-2.5 size-5 shrink-0 text-ink-soft', large ? 'mt-3 sm:mt-3.5' : 'mt-2.5')} />
      <textarea
        ref={area}
        id="search"
        rows={1}
        maxLength={kMaxText}
        value={draft}
        aria-label={t('box.label')}
        aria-keyshortcuts="/"
        placeholder={t('box.placeholder')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck="false"
        enterKeyHint="search"
        onChange={(event) => type(event.target.value.replaceAll(/\s*\n\s*/g, ' '))}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        className={cn(
          'min-w-0 grow resize-none bg-transparent px-1.5 text-base leading-6 outline-none placeholder:text-ink-soft',
          large ? 'py-2.5 sm:py-3 sm:text-lg' : 'py-2',
          !large && !focused && 'overflow-hidden mask-r-from-90% whitespace-pre',
        )}
      />
      {draft !== '' && (
        <Button variant="ghost" size="icon" aria-label={t('box.clear')} onClick={() => {
          submit('');
          area.current?.focus();
        }} className={cn('size-10 rounded-xl', large && 'sm:mt-0.5')}>
          <X aria-hidden="true" />
        </Button>
      )}
      <Button type="submit" aria-label={t('box.search')} className={cn('rounded-xl', large ? 'h-11 sm:h-12 sm:px-6 sm:text-base' : 'max-sm:hidden')}>
        {large ? <span>{t('box.search')}</span> : <Search aria-hidden="true" />}
      </Button>
    </form>
  );
});
