import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { Button } from './Button';
import type { IconName } from './Icon';

interface MenuProps<T extends string> {
  /** What the button says. */
  readonly label: string;
  /** What is chosen here, for those who hear the page. */
  readonly name: string;
  readonly icon?: IconName;
  readonly disabled?: boolean;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChoose: (value: T) => void;
  /** Of the button; an option's is this, a dash and its value. */
  readonly testId: string;
}

const MARGIN = 8;

/** A button that opens a list of choices below it: arrows, Home and End walk it, Escape or a click elsewhere closes it. */
export function Menu<T extends string>({ label, name, icon, disabled, options, onChoose, testId }: MenuProps<T>): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  const items = (): HTMLElement[] => [...(list.current?.querySelectorAll('button') ?? [])];
  const place = (opener: HTMLElement): void => {
    const element = list.current;
    if (!element) return;
    element.showPopover();
    const anchor = opener.getBoundingClientRect();
    const { width } = element.getBoundingClientRect();
    element.style.top = `${anchor.bottom + 4}px`;
    element.style.left = `${Math.max(MARGIN, Math.min(window.innerWidth - width - MARGIN, anchor.right - width))}px`;
    items()[0]?.focus();
  };
  const walk = (event: KeyboardEvent): void => {
    const all = items();
    const at = all.findIndex((item) => item === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length)?.focus();
  };

  return (
    <>
      <Button
        {...(icon ? { icon } : {})}
        disabled={disabled}
        aria-haspopup="menu"
        aria-controls={id}
        onClick={(event) => place(event.currentTarget)}
        data-testid={testId}
      >
        {label}
      </Button>
      <div ref={list} id={id} role="menu" aria-label={name} popover="auto" className="menu" onKeyDown={walk}>
        {options.map((option) => (
          <button
            key={option.value}
            type="button"
            role="menuitem"
            onClick={() => {
              list.current?.hidePopover();
              onChoose(option.value);
            }}
            data-testid={`${testId}-${option.value}`}
          >
            {option.label}
          </button>
        ))}
      </div>
    </>
  );
}
