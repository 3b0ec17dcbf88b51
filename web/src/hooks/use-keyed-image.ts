import { useEffect, useState } from 'react';

import { getBlob } from '@/lib/api';

/**
 * A picture of this server, asked for with the key, which an image element does not send: what to show once it is there,
 * and how to ask for it.
 */
export function useKeyedImage(url: string | null): [src: string | null, ask: (onFailure: () => void) => void] {
  const [wanted, setWanted] = useState<{ url: string; onFailure: () => void } | null>(null);
  const [made, setMade] = useState<{ url: string; src: string } | null>(null);
  useEffect(() => {
    if (wanted === null || wanted.url !== url) return undefined;
    const control = new AbortController();
    let src: string | null = null;
    getBlob(wanted.url, control.signal).then(
      (blob) => {
        if (control.signal.aborted) return;
        src = URL.createObjectURL(blob);
        setMade({ url: wanted.url, src });
      },
      () => {
        if (!control.signal.aborted) wanted.onFailure();
      },
    );
    return () => {
      control.abort();
      if (src === null) return;
      URL.revokeObjectURL(src);
      setMade(null);
    };
  }, [wanted, url]);
  const ask = (onFailure: () => void) => {
    if (url !== null) setWanted({ url, onFailure });
  };
  return [made?.url === url ? made.src : null, ask];
}
