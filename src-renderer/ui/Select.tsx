import type { ReactNode, Ref } from 'react';
import { Select as BaseSelect } from '@base-ui/react/select';
import { usePopupHost } from './popup-host';
import styles from './Select.module.css';

interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly disabled?: boolean;
}

interface SelectProps<T extends string> {
  readonly id?: string;
  /** Names it where no label does. */
  readonly label?: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
  readonly describedBy?: string;
  readonly invalid?: boolean;
  readonly disabled?: boolean;
  readonly testId?: string;
  readonly selectRef?: Ref<HTMLButtonElement>;
  readonly onBlur?: () => void;
}

/** One of several, chosen from a list that opens below: arrows, Home, End and first letters walk it, Escape or a press elsewhere closes it. */
export function Select<T extends string>({
  id,
  label,
  value,
  options,
  onChange,
  describedBy,
  invalid,
  disabled = false,
  testId,
  selectRef,
  onBlur,
}: SelectProps<T>): ReactNode {
  const chosen = options.find((option) => option.value === value);
  const host = usePopupHost();
  return (
    <BaseSelect.Root<T>
      items={options}
      value={value}
      disabled={disabled}
      onValueChange={(next) => {
        if (next !== null && next !== value) onChange(next);
      }}
    >
      <BaseSelect.Trigger
        ref={selectRef}
        {...(id === undefined ? {} : { id })}
        className={`select ${styles['trigger'] ?? ''}`}
        aria-label={label}
        aria-describedby={describedBy}
        aria-invalid={invalid}
        data-value={value}
        data-testid={testId}
        onBlur={onBlur}
      >
        {/* As wide as its widest choice, so that what stands beside it does not move with what is chosen. */}
        <span className={styles['value']} data-widest={widest(options)}>
          <span className={styles['label']} title={chosen?.label} data-cut>
            {chosen?.label ?? ''}
          </span>
        </span>
        <span className={styles['arrow']} aria-hidden />
      </BaseSelect.Trigger>
      <BaseSelect.Portal container={host}>
        <BaseSelect.Positioner
          className={styles['positioner']}
          alignItemWithTrigger={false}
          align="start"
          sideOffset={4}
          collisionPadding={8}
        >
          <BaseSelect.Popup className={styles['popup']}>
            <BaseSelect.List className={styles['list']} aria-label={label} data-list={testId}>
              {options.map((option) => (
                <BaseSelect.Item
                  key={option.value}
                  value={option.value}
                  label={option.label}
                  disabled={option.disabled ?? false}
                  className={styles['item']}
                  data-value={option.value}
                >
                  <span className={styles['tick']} aria-hidden>
                    <BaseSelect.ItemIndicator className={styles['mark']} />
                  </span>
                  <BaseSelect.ItemText>{option.label}</BaseSelect.ItemText>
                </BaseSelect.Item>
              ))}
            </BaseSelect.List>
          </BaseSelect.Popup>
        </BaseSelect.Positioner>
      </BaseSelect.Portal>
    </BaseSelect.Root>
  );
}

/** The choice that takes the most room, by its letters: one of a full-width script counts twice. */
function widest(options: readonly { readonly label: string }[]): string {
  const widthOf = (text: string): number => [...text].reduce((sum, sign) => sum + (/[ᄀ-￯]/.test(sign) ? 2 : 1), 0);
  let most = '';
  let mostWidth = -1;
  for (const { label } of options) {
    const width = widthOf(label);
    if (width <= mostWidth) continue;
    most = label;
    mostWidth = width;
  }
  return most;
}
