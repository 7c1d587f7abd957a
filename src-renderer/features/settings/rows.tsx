import { useId, useState, type ReactNode } from 'react';
import { AppError } from '@shared/contract/errors';
import { toKept, toShown } from '@shared/model/display-unit';
import type { Settings } from '@shared/model/settings';
import { useCommit } from '../../forms/use-commit';
import type { TextKey } from '../../i18n';
import { errorText } from '../../i18n/error-text';
import { withUnit } from '../../i18n/format';
import { useTexts } from '../../i18n/use-texts';
import { IconButton } from '../../ui/Button';
import { NumberInput, useNumberDraft } from '../../ui/Field';
import { Icon } from '../../ui/Icon';
import { Select } from '../../ui/Select';
import { defaultAt, patchWith, sourceOf, valueAt, type SettingPath } from './paths';
import { useSave, type Save } from '../../rpc/use-save';

type FieldKey = Extract<TextKey, `settings.field.${string}`>;

interface RowFrameProps {
  readonly id: string;
  readonly noteId: string;
  readonly label: string;
  readonly path: SettingPath;
  readonly defaultText: string;
  readonly isDefault: boolean;
  readonly error: string | null;
  readonly note?: string | null;
  readonly save: Save;
  readonly onReset: () => void;
  readonly children: ReactNode;
}

/** One line of the page: name, control, what the default is and where it comes from, a way back to it. */
function RowFrame({
  id,
  noteId,
  label,
  path,
  defaultText,
  isDefault,
  error,
  note = null,
  save,
  onReset,
  children,
}: RowFrameProps): ReactNode {
  const { t } = useTexts();
  const source = sourceOf(path);
  const failed = save.state instanceof AppError ? save.state : null;
  return (
    <div className="setting" data-setting={path.join('.')} data-invalid={error !== null || undefined}>
      <label className="setting-label" htmlFor={id}>
        {label}
      </label>
      <div className="setting-control">{children}</div>
      <div className="setting-note" id={noteId}>
        {error !== null || failed ? (
          <span className="field-error" role="alert">
            {error ?? (failed ? errorText(t, failed) : '')}
          </span>
        ) : (
          <>
            <span>{t('ui.defaultIs', { value: defaultText })}</span>
            {source === null ? null : <span className="setting-source">{t(`settings.source.${source}`)}</span>}
            {note === null ? null : <span className="setting-source">{note}</span>}
          </>
        )}
      </div>
      <div className="setting-end">
        <span role="status" className="setting-saved">
          {save.state === 'saved' ? (
            <>
              <Icon name="check" />
              <span className="visually-hidden">{t('settings.saved')}</span>
            </>
          ) : null}
        </span>
        {isDefault ? null : <IconButton icon="reset" label={t('settings.reset', { field: label })} onClick={onReset} />}
      </div>
    </div>
  );
}

interface RowProps {
  readonly settings: Settings;
  readonly path: SettingPath;
  readonly field: FieldKey;
  readonly unit?: string;
}

interface NumberRowProps extends RowProps {
  /** How many of the stored unit one of the shown is (GiB shown of bytes stored). */
  readonly scale?: number;
  /** A difference of temperatures has no zero to be moved. */
  readonly kind?: 'value' | 'difference';
  /** What an empty field means where the schema allows it; default: automatic. */
  readonly empty?: string;
  /** What it comes to. */
  readonly note?: string | null;
}

/** A number; an empty field means `empty` where the schema allows it. */
export function NumberRow({ settings, path, field, unit, scale = 1, kind = 'value', empty, note = null }: NumberRowProps): ReactNode {
  const { t, format } = useTexts();
  const id = useId();
  const noteId = useId();
  const save = useSave();
  const commitOnce = useCommit(save);
  const whenEmpty = empty ?? t('settings.automatic');
  const stored = valueAt(settings, path);
  const own = format.shownUnit(unit ?? '', kind);
  const shown = { ...own, factor: own.factor * scale };
  const draft = useNumberDraft(typeof stored === 'number' ? toShown(stored, shown) : null);
  const standard = defaultAt(path);
  const standardText = typeof standard === 'number' ? withUnit(format.plain(toShown(standard, shown)), shown.unit) : whenEmpty;
  const typed = typeof draft.value === 'number' ? toKept(draft.value, shown) : draft.value;
  // Of bytes shown in GiB there are only whole ones.
  const wanted = typeof typed === 'number' && scale > 1 ? Math.round(typed) : typed;
  const check = wanted === undefined ? { patch: null, refusal: { key: 'number' as const, limit: 0 } } : patchWith(settings, path, wanted);
  const error =
    draft.changed && check.refusal
      ? t(`validation.${check.refusal.key}`, { limit: format.plain(toShown(check.refusal.limit, shown)) })
      : null;

  const commit = (): void => {
    if (!draft.changed || !check.patch) return;
    if (wanted === stored) draft.reset();
    else commitOnce(draft.text, (now) => patchWith(now, path, wanted).patch, draft.settle);
  };
  const reset = (): void => {
    void save.save((now) => patchWith(now, path, standard).patch, draft.reset);
  };

  return (
    <RowFrame
      id={id}
      noteId={noteId}
      label={t(field)}
      path={path}
      defaultText={standardText}
      isDefault={stored === standard && !draft.changed}
      error={error}
      note={note}
      save={save}
      onReset={reset}
    >
      <NumberInput
        id={id}
        describedBy={noteId}
        invalid={error !== null}
        text={draft.text}
        {...(unit === undefined ? {} : { unit: shown.unit })}
        {...(standard === null ? { placeholder: whenEmpty } : {})}
        testId={`setting-${path.join('.')}`}
        onText={draft.setText}
        onCommit={commit}
      />
    </RowFrame>
  );
}

/** A short word that the schema checks, e.g. a currency. */
export function TextRow({ settings, path, field }: RowProps): ReactNode {
  const { t } = useTexts();
  const id = useId();
  const noteId = useId();
  const save = useSave();
  const commitOnce = useCommit(save);
  const [draft, setDraft] = useState<string | null>(null);
  const stored = String(valueAt(settings, path) ?? '');
  const standard = String(defaultAt(path) ?? '');
  const text = draft ?? stored;
  const check = patchWith(settings, path, text.trim());
  const error = draft !== null && check.refusal ? t(`validation.${check.refusal.key}`, { limit: 0 }) : null;
  const commit = (): void => {
    if (draft === null || !check.patch) return;
    if (text === stored) setDraft(null);
    else
      commitOnce(
        text,
        (now) => patchWith(now, path, text.trim()).patch,
        (saved) => setDraft((typed) => (typed === saved ? null : typed)),
      );
  };
  const reset = (): void => {
    void save.save(
      (now) => patchWith(now, path, standard).patch,
      () => setDraft(null),
    );
  };
  return (
    <RowFrame
      id={id}
      noteId={noteId}
      label={t(field)}
      path={path}
      defaultText={standard}
      isDefault={text === standard}
      error={error}
      save={save}
      onReset={reset}
    >
      <span className="number-input" data-invalid={error !== null || undefined}>
        <input
          id={id}
          type="text"
          maxLength={3}
          spellCheck={false}
          autoComplete="off"
          value={text}
          aria-describedby={noteId}
          aria-invalid={error !== null}
          data-testid={`setting-${path.join('.')}`}
          onChange={(event) => setDraft(event.target.value.toUpperCase())}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing) commit();
          }}
        />
      </span>
    </RowFrame>
  );
}

interface ChoiceRowProps<T extends string> extends RowProps {
  readonly options: readonly { readonly value: T; readonly label: string }[];
}

/** What was chosen, from the press until it is stored or refused: a control that waits for the answer looks dead under the hand. */
function useChosen<T>(stored: T, save: Save): [shown: T, note: (next: T) => void] {
  const [chosen, setChosen] = useState<{ readonly value: T; readonly over: T } | null>(null);
  if (chosen !== null && chosen.over !== stored) setChosen(null);
  const isPending = chosen !== null && chosen.over === stored && typeof save.state === 'string';
  return [isPending ? chosen.value : stored, (value) => setChosen({ value, over: stored })];
}

/** One of a few; applied as it is chosen. */
export function ChoiceRow<T extends string>({ settings, path, field, options }: ChoiceRowProps<T>): ReactNode {
  const { t } = useTexts();
  const id = useId();
  const noteId = useId();
  const save = useSave();
  const [stored, note] = useChosen(valueAt(settings, path), save);
  const standard = defaultAt(path);
  const value = options.find((option) => option.value === stored)?.value ?? options[0]?.value;
  const choose = (next: unknown): void => {
    note(next);
    void save.save(
      (now) => patchWith(now, path, next).patch,
      () => undefined,
    );
  };
  if (value === undefined) return null;
  return (
    <RowFrame
      id={id}
      noteId={noteId}
      label={t(field)}
      path={path}
      defaultText={options.find((option) => option.value === standard)?.label ?? ''}
      isDefault={stored === standard}
      error={null}
      save={save}
      onReset={() => choose(standard)}
    >
      <Select<T> id={id} describedBy={noteId} value={value} options={options} onChange={choose} testId={`setting-${path.join('.')}`} />
    </RowFrame>
  );
}

/** On or off; applied as it is chosen. */
export function SwitchRow({ settings, path, field, note = null }: RowProps & { readonly note?: string | null }): ReactNode {
  const { t } = useTexts();
  const id = useId();
  const noteId = useId();
  const save = useSave();
  const [on, show] = useChosen(valueAt(settings, path) === true, save);
  const standard = defaultAt(path) === true;
  const choose = (next: boolean): void => {
    show(next);
    void save.save(
      (now) => patchWith(now, path, next).patch,
      () => undefined,
    );
  };
  return (
    <RowFrame
      id={id}
      noteId={noteId}
      label={t(field)}
      path={path}
      defaultText={t(standard ? 'settings.on' : 'settings.off')}
      isDefault={on === standard}
      error={null}
      note={note}
      save={save}
      onReset={() => choose(standard)}
    >
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={on}
        aria-describedby={noteId}
        data-testid={`setting-${path.join('.')}`}
        onChange={(event) => choose(event.target.checked)}
      />
    </RowFrame>
  );
}
