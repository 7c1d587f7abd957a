import type { ReactElement, ReactNode } from 'react';
import { Popover as BasePopover } from '@base-ui/react/popover';
import { usePopupHost } from './popup-host';
import styles from './SidePanel.module.css';

interface SidePanelProps {
  readonly title: string;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly children: ReactNode;
  readonly testId: string;
}

/** A panel beside its button that leaves the page in use: Escape and a press elsewhere close it, the focus returns to the button. */
export function SidePanel({ title, open, onOpenChange, trigger, children, testId }: SidePanelProps): ReactNode {
  return (
    <BasePopover.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <BasePopover.Trigger render={trigger} />
      <BasePopover.Portal container={usePopupHost()}>
        <BasePopover.Positioner className={styles['positioner']} side="right" align="end" sideOffset={8} collisionPadding={8}>
          <BasePopover.Popup className={styles['popup']} data-testid={testId}>
            <BasePopover.Title className={styles['title']}>{title}</BasePopover.Title>
            <div className={styles['body']}>{children}</div>
          </BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}
