import { useCallback, type ReactNode } from 'react';
import { Toast } from '@base-ui/react/toast';
import { useTexts } from '../i18n/use-texts';
import { IconButton } from './Button';
import styles from './Toasts.module.css';

type Show = (text: string, tone?: 'plain' | 'bad') => void;

const SHOWN_MS = 6000;
const MOST = 4;

/** Says something in passing, in a corner and to those who hear the page; what went wrong stays until it is closed. */
export function useToast(): Show {
  const { add } = Toast.useToastManager();
  return useCallback(
    (text, tone = 'plain') => {
      // Zero: by no clock.
      const how = tone === 'bad' ? ({ timeout: 0, priority: 'high' } as const) : ({ timeout: SHOWN_MS, priority: 'low' } as const);
      add({ description: text, type: tone, ...how });
    },
    [add],
  );
}

export function ToastProvider({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Toast.Provider limit={MOST}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className={styles['viewport']}>
          <Toasts />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Toasts(): ReactNode {
  const { t } = useTexts();
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={styles['toast']} swipeDirection={[]} data-testid="toast">
      <Toast.Content className={styles['content']}>
        <Toast.Description className={styles['text']} />
        <Toast.Close render={<IconButton icon="close" label={t('ui.close')} className={styles['close']} />} />
      </Toast.Content>
    </Toast.Root>
  ));
}
