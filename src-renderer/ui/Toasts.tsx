import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react';
import { useTexts } from '../i18n/use-texts';
import { IconButton } from './Button';

interface Toast {
  readonly id: number;
  readonly tone: 'plain' | 'bad';
  readonly text: string;
}

type Show = (text: string, tone?: Toast['tone']) => void;

const ToastContext = createContext<Show>(() => undefined);
const SHOWN_MS = 6000;
let nextId = 1;

/** Says something in passing, in a corner and to those who hear the page. */
export function useToast(): Show {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useTexts();
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const close = useCallback((id: number) => setToasts((before) => before.filter((toast) => toast.id !== id)), []);
  const show = useMemo<Show>(
    () =>
      (text, tone = 'plain') => {
        const id = nextId++;
        setToasts((before) => [...before.slice(-3), { id, tone, text }]);
        // What went wrong stays until somebody has read it.
        if (tone === 'plain') setTimeout(() => close(id), SHOWN_MS);
      },
    [close],
  );
  return (
    <ToastContext value={show}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className={`toast toast-${toast.tone}`}>
            <span>{toast.text}</span>
            <IconButton icon="close" label={t('ui.close')} onClick={() => close(toast.id)} />
          </div>
        ))}
      </div>
    </ToastContext>
  );
}
