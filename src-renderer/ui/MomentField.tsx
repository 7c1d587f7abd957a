import { lazy, Suspense, useId, useRef, useState, type ReactNode } from 'react';
import { momentText } from '../i18n/moments';
import { useTexts } from '../i18n/use-texts';
import { IconButton } from './Button';
import './MomentField.css';

const Calendar = lazy(() => import('./Calendar'));
const MARGIN = 8;

interface MomentFieldProps {
  readonly id?: string;
  readonly describedBy?: string;
  /** Names it where no label does. */
  readonly label?: string;
  /** As it is read by `parseMoment`, or not yet. */
  readonly text: string;
  /** The moment that the text stands for; null = none that can be read. */
  readonly atMs: number | null;
  readonly nowMs: number;
  readonly invalid: boolean;
  readonly testId?: string;
  readonly onText: (text: string) => void;
  /** It is meant as it stands: Enter was pressed or the field was left. */
  readonly onCommit?: () => void;
  /** Escape was pressed. */
  readonly onDiscard?: () => void;
  /** A day was chosen in the calendar: 2026-11-23. */
  readonly onDay: (day: string) => void;
}

/** A moment as text on the shown clock (24 hours, ISO, `now-6h`) with a calendar to choose the day from. */
export function MomentField(props: MomentFieldProps): ReactNode {
  const { t, format } = useTexts();
  const [open, setOpen] = useState(false);
  const popover = useRef<HTMLDivElement>(null);
  const id = useId();
  const dayOf = (atMs: number): string => momentText(atMs, format.zone).slice(0, 10);
  const place = (opener: HTMLElement): void => {
    const element = popover.current;
    if (!element) return;
    const anchor = opener.getBoundingClientRect();
    element.showPopover();
    element.style.top = `${anchor.bottom + 4}px`;
    element.style.left = `${Math.max(MARGIN, Math.min(window.innerWidth - 280, anchor.left - 200))}px`;
  };
  return (
    <span className="moment-field" data-invalid={props.invalid || undefined}>
      <input
        id={props.id}
        type="text"
        autoComplete="off"
        spellCheck={false}
        maxLength={60}
        value={props.text}
        aria-label={props.label}
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid}
        title={t('ui.moment.hint', { zone: format.zoneText(props.atMs ?? props.nowMs) })}
        data-testid={props.testId}
        onChange={(event) => props.onText(event.target.value)}
        onBlur={props.onCommit}
        onKeyDown={(event) => {
          // Enter while an input method composes chooses its words.
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) props.onCommit?.();
          if (event.key === 'Escape' && props.onDiscard) {
            event.stopPropagation();
            props.onDiscard();
          }
        }}
      />
      <IconButton
        icon="calendar"
        label={t('ui.moment.choose')}
        aria-haspopup="dialog"
        aria-controls={id}
        onClick={(event) => place(event.currentTarget)}
      />
      <div
        ref={popover}
        id={id}
        role="dialog"
        aria-label={t('ui.moment.choose')}
        popover="auto"
        className="moment-calendar"
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        {open ? (
          <Suspense>
            <Calendar
              chosen={props.atMs === null ? null : dayOf(props.atMs)}
              today={dayOf(props.nowMs)}
              onChoose={(day) => {
                popover.current?.hidePopover();
                props.onDay(day);
              }}
            />
          </Suspense>
        ) : null}
      </div>
    </span>
  );
}
