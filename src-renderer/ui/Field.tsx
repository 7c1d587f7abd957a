import { useId, useState, type ReactNode, type Ref } from 'react';
import { useTexts } from '../i18n/use-texts';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | null;
  /** Gets the ids that tie label, hint and message to the control. */
  readonly children: (ids: { readonly id: string; readonly describedBy: string; readonly invalid: boolean }) => ReactNode;
}

/** A label, its control, a hint and, when the value is refused, why. */
export function Field({ label, hint, error, children }: FieldProps): ReactNode {
  const id = useId();
  const noteId = useId();
  const invalid = error !== null && error !== undefined;
  return (
    <div className="field" data-invalid={invalid || undefined}>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <div className="field-control">{children({ id, describedBy: noteId, invalid })}</div>
      <div className="field-note" id={noteId} role={invalid ? 'alert' : undefined}>
        {invalid ? <span className="field-error">{error}</span> : hint}
      </div>
    </div>
  );
}

interface NumberInputProps {
  readonly id: string;
  readonly describedBy?: string;
  readonly invalid?: boolean;
  readonly unit?: string;
  readonly text: string;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly label?: string;
  readonly testId?: string;
  readonly onText: (text: string) => void;
  readonly inputRef?: Ref<HTMLInputElement>;
  /** The value is meant as it stands: Enter was pressed or the field was left. */
  readonly onCommit?: () => void;
  /** An arrow key was pressed, up or down. */
  readonly onStep?: (by: 1 | -1) => void;
}

/** One line for a number, with its unit inside the frame. Takes any text, so that a wrong one can be told instead of swallowed. */
export function NumberInput({
  id,
  describedBy,
  invalid,
  unit,
  text,
  placeholder,
  disabled,
  label,
  testId,
  onText,
  inputRef,
  onCommit,
  onStep,
}: NumberInputProps): ReactNode {
  return (
    <span className="number-input" data-invalid={invalid === true || undefined} data-disabled={disabled === true || undefined}>
      <input
        ref={inputRef}
        id={id}
        type="text"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        value={text}
        placeholder={placeholder}
        disabled={disabled}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={invalid}
        data-testid={testId}
        onChange={(event) => onText(event.target.value)}
        onBlur={onCommit}
        onKeyDown={(event) => {
          // Enter that ends the composition of a word is no Enter of the field's.
          if (event.key === 'Enter' && !event.nativeEvent.isComposing) onCommit?.();
          if (!onStep || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
          event.preventDefault();
          onStep(event.key === 'ArrowUp' ? 1 : -1);
        }}
      />
      {unit === undefined || unit === '' ? null : <span className="number-unit">{unit}</span>}
    </span>
  );
}

interface TextInputProps {
  readonly id?: string;
  readonly describedBy?: string;
  readonly invalid?: boolean;
  readonly type?: 'text' | 'search' | 'password' | 'url';
  readonly value: string;
  readonly placeholder?: string;
  /** Names it where no label does. */
  readonly label?: string;
  readonly testId?: string;
  readonly inputRef?: Ref<HTMLInputElement>;
  readonly onText: (text: string) => void;
  readonly onBlur?: () => void;
}

export function TextInput({
  id,
  describedBy,
  invalid,
  type = 'text',
  value,
  placeholder,
  label,
  testId,
  inputRef,
  onText,
  onBlur,
}: TextInputProps): ReactNode {
  return (
    <input
      ref={inputRef}
      id={id}
      type={type}
      className="text-input"
      autoComplete="off"
      spellCheck={false}
      value={value}
      placeholder={placeholder}
      aria-label={label}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      data-testid={testId}
      onChange={(event) => onText(event.target.value)}
      onBlur={onBlur}
    />
  );
}

interface TextAreaProps extends Omit<TextInputProps, 'type' | 'label' | 'inputRef'> {
  readonly rows?: number;
  /** What is typed is not to be read by who looks over the shoulder. */
  readonly masked?: boolean;
  readonly inputRef?: Ref<HTMLTextAreaElement>;
}

/** Several lines of text. */
export function TextArea({
  id,
  describedBy,
  invalid,
  value,
  placeholder,
  testId,
  rows = 6,
  masked = false,
  inputRef,
  onText,
  onBlur,
}: TextAreaProps): ReactNode {
  return (
    <textarea
      ref={inputRef}
      id={id}
      className={masked ? 'text-input text-area text-masked' : 'text-input text-area'}
      rows={rows}
      autoComplete="off"
      spellCheck={false}
      value={value}
      placeholder={placeholder}
      aria-describedby={describedBy}
      aria-invalid={invalid}
      data-testid={testId}
      onChange={(event) => onText(event.target.value)}
      onBlur={onBlur}
    />
  );
}

interface NumberDraft {
  readonly text: string;
  readonly setText: (text: string) => void;
  /** What the text means: a number, null for an empty field, undefined for no number. */
  readonly value: number | null | undefined;
  readonly reset: () => void;
  /** This text was saved; what was typed since stays. */
  readonly settle: (saved: string) => void;
  readonly changed: boolean;
}

/** Text being typed over a stored number: shows the stored one until it is touched. */
export function useNumberDraft(stored: number | null): NumberDraft {
  const { format } = useTexts();
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? (stored === null ? '' : format.typed(stored));
  return {
    text,
    setText: setDraft,
    value: text.trim() === '' ? null : (format.parse(text) ?? undefined),
    reset: () => setDraft(null),
    settle: (saved) => setDraft((typed) => (typed === saved ? null : typed)),
    changed: draft !== null,
  };
}

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly value: T | null;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
}

/** A few choices side by side, one of them pressed. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>): ReactNode {
  return (
    <div className="segmented" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" aria-pressed={option.value === value} onClick={() => onChange(option.value)}>
          {option.label}
        </button>
      ))}
    </div>
  );
}
