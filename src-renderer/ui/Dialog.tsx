import { useLayoutEffect, type ReactNode } from 'react';
import { Dialog as BaseDialog } from '@base-ui/react/dialog';
import { InModal } from './popup-host';
import styles from './Dialog.module.css';

interface DialogProps {
  readonly title: string;
  /** For a page of its own rather than a question. */
  readonly wide?: boolean;
  /** Something was typed that closing would lose: a press beside the dialog does not close it then. */
  readonly draft?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly actions: ReactNode;
}

let open = 0;

/** Keeps the focus off the page behind: a Tab that comes before the dialog's own guard has handed it on would reach it. */
function coverPage(): () => void {
  const page = document.getElementById('root');
  open += 1;
  if (page) page.inert = true;
  return () => {
    open -= 1;
    if (page && open === 0) page.inert = false;
  };
}

interface ModalSurfaceProps {
  /** Its name, where it shows no title of its own. */
  readonly label?: string;
  readonly className?: string | undefined;
  readonly keepOpen?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A surface that covers the page. Mounted = open; Escape and a press beside it close it; focus stays in it and returns to where it was. */
export function ModalSurface({ label, className, keepOpen = false, onClose, children }: ModalSurfaceProps): ReactNode {
  useLayoutEffect(coverPage, []);
  return (
    <BaseDialog.Root
      open
      disablePointerDismissal={keepOpen}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={styles['backdrop']} />
        <BaseDialog.Popup className={className} aria-label={label} data-modal>
          <InModal value>{children}</InModal>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

/** A modal question or page. */
export function Dialog({ title, wide = false, draft = false, onClose, children, actions }: DialogProps): ReactNode {
  return (
    <ModalSurface className={[styles['popup'], wide ? styles['wide'] : ''].join(' ')} keepOpen={draft} onClose={onClose}>
      <div className={styles['body']}>
        <BaseDialog.Title>{title}</BaseDialog.Title>
        {children}
        <div className={styles['actions']}>{actions}</div>
      </div>
    </ModalSurface>
  );
}
