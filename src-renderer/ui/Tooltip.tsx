import { useId, useRef, type ReactNode } from 'react';

interface TooltipProps {
  readonly content: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}

const MARGIN = 8;

/** Shows its content over everything else while its trigger is hovered or has the focus; Escape hides it. */
export function Tooltip({ content, children, className }: TooltipProps): ReactNode {
  const trigger = useRef<HTMLButtonElement>(null);
  const bubble = useRef<HTMLDivElement>(null);
  const id = useId();

  const show = (): void => {
    const element = bubble.current;
    const anchor = trigger.current?.getBoundingClientRect();
    if (!element || !anchor || element.matches(':popover-open')) return;
    element.showPopover();
    const { width, height } = element.getBoundingClientRect();
    const left = Math.max(MARGIN, Math.min(window.innerWidth - width - MARGIN, anchor.left));
    const below = anchor.bottom + 6;
    const top = below + height + MARGIN > window.innerHeight ? Math.max(MARGIN, anchor.top - height - 6) : below;
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
  };
  const hide = (): void => {
    if (bubble.current?.matches(':popover-open') === true) bubble.current.hidePopover();
  };

  return (
    <>
      <button
        type="button"
        ref={trigger}
        className={`tooltip-trigger${className === undefined ? '' : ` ${className}`}`}
        aria-describedby={id}
        onPointerEnter={show}
        onPointerLeave={hide}
        onFocus={show}
        onBlur={hide}
        onClick={show}
        onKeyDown={(event) => {
          if (event.key === 'Escape') hide();
        }}
      >
        {children}
      </button>
      <div ref={bubble} id={id} role="tooltip" popover="manual" className="tooltip">
        {content}
      </div>
    </>
  );
}
