import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import { Toast } from '@base-ui/react/toast';
import { useTexts, type Texts } from '../i18n/use-texts';
import { IconButton } from './Button';
import styles from './Toasts.module.css';

type Tone = 'plain' | 'bad';
/** Of the language that is shown: a message that stays is said anew when another is chosen. */
type Say = (texts: Texts) => string;
type Show = (say: Say, tone?: Tone) => void;

const ToastContext = createContext<Show>(() => undefined);
const SHOWN_MS = 6000;
const SHOWN_AT_ONCE = 4;

/** Says something in passing, in a corner and to those who hear the page. */
export function useToast(): Show {
  return useContext(ToastContext);
}

/**
 * What went wrong stays until somebody has read and closed it; anything else goes by itself, but not while the pointer or the focus is
 * on it or the window is behind another. F6 goes there, Escape closes what has the focus.
 */
export function ToastProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [manager] = useState(() => Toast.createToastManager<{ readonly say: Say }>());
  const show = useMemo<Show>(
    () =>
      (say, tone = 'plain') => {
        manager.add({ data: { say }, type: tone, timeout: tone === 'bad' ? 0 : SHOWN_MS });
      },
    [manager],
  );
  return (
    <ToastContext value={show}>
      <Toast.Provider toastManager={manager} limit={SHOWN_AT_ONCE}>
        {children}
        <Toasts />
      </Toast.Provider>
    </ToastContext>
  );
}

function Toasts(): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { toasts } = Toast.useToastManager<{ readonly say: Say }>();
  return (
    <Toast.Portal>
      <Toast.Viewport className={styles['toasts']} aria-label={t('ui.toasts')}>
        {toasts.map((toast) => (
          // A dialog is what it would be called, which it is not: it asks nothing.
          <Toast.Root
            key={toast.id}
            toast={toast}
            role="group"
            aria-modal={undefined}
            className={styles['toast']}
            data-testid="toast"
            swipeDirection="right"
          >
            <Toast.Content className={styles['content']}>
              <Toast.Title render={<p />} className={styles['text']}>
                {toast.data?.say(texts)}
              </Toast.Title>
              {/* In reach of all the time, as it is in sight. */}
              <Toast.Close
                aria-hidden={false}
                render={<IconButton icon="close" label={t('ui.close')} className={styles['close'] ?? ''} />}
              />
            </Toast.Content>
          </Toast.Root>
        ))}
      </Toast.Viewport>
    </Toast.Portal>
  );
}
