import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { Shortcuts } from '@shared/model/settings';
import { useTexts } from '../../i18n/use-texts';
import { useSave } from '../../rpc/use-save';
import { Button, IconButton } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { Toggle } from '../../ui/Toggle';
import type { Command } from './command';
import { commands } from './commands';
import { isSingle, keyFor, keyOf, keyText, refuseKey, withKey, type KeyRefusal } from './keys';
import styles from './ShortcutsDialog.module.css';
import { useShortcutSettings } from './use-shortcuts';

/** Keys that act on a chart that has the focus; they are no one's elsewhere. */
const chartKeys = [
  ['←  →', 'pan'],
  ['+  −', 'zoom'],
  ['Home  End', 'ends'],
  ['⇧ ←  ⇧ →', 'cursor'],
  ['↑  ↓', 'line'],
  ['Enter', 'pin'],
  ['0  Esc', 'reset'],
] as const;

/** All keys of the window, each of which can be another one or none. */
export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const { state, save } = useSave();
  const shortcuts = useShortcutSettings();
  /** The command that waits for its new key. */
  const [recording, setRecording] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<{ readonly id: string; readonly why: KeyRefusal } | null>(null);
  const change = (make: (before: Shortcuts) => Shortcuts): void => {
    setRecording(null);
    setRefusal(null);
    void save(
      (settings) => ({ shortcuts: make(settings.shortcuts) }),
      () => undefined,
    );
  };
  const take = (command: Command, key: string): void => {
    const why = refuseKey(commands, command, key, shortcuts);
    if (why === null) change((before) => withKey(before, command, key));
    else setRefusal({ id: command.id, why });
  };
  return (
    <Dialog
      title={t('app.shortcuts.title')}
      wide
      onClose={onClose}
      actions={
        <>
          <Button
            disabled={Object.keys(shortcuts.keys).length === 0}
            onClick={() => change((before) => ({ ...before, keys: {} }))}
            data-testid="keys-reset"
          >
            {t('shortcuts.resetAll')}
          </Button>
          <Button tone="primary" onClick={onClose}>
            {t('ui.close')}
          </Button>
        </>
      }
    >
      <div className={styles['single']}>
        <Toggle
          label={t('shortcuts.single')}
          hint={t('shortcuts.single.hint')}
          on={shortcuts.singleKeys}
          onChange={(on) => change((before) => ({ ...before, singleKeys: on }))}
          testId="single-keys"
        />
        <p className="section-note">{t('shortcuts.single.hint')}</p>
      </div>
      {typeof state === 'object' ? <ErrorNote error={state} /> : null}
      <ul className={styles['keys']} data-testid="shortcut-list">
        {commands.map((command) => (
          <ShortcutRow
            key={command.id}
            command={command}
            shortcuts={shortcuts}
            recording={recording === command.id}
            refusal={refusal?.id === command.id ? refusal.why : null}
            onRecord={(on) => {
              setRefusal(null);
              setRecording(on ? command.id : null);
            }}
            onKey={(key) => take(command, key)}
            onClear={() => change((before) => withKey(before, command, null))}
            onReset={() => change((before) => withKey(before, command, command.key ?? null))}
          />
        ))}
      </ul>
      <h3>{t('shortcuts.chart')}</h3>
      <dl className={styles['chart']}>
        {chartKeys.map(([keys, what]) => (
          <div key={what}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(`app.shortcuts.${what}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

interface RowProps {
  readonly command: Command;
  readonly shortcuts: Shortcuts;
  readonly recording: boolean;
  readonly refusal: KeyRefusal | null;
  readonly onRecord: (on: boolean) => void;
  readonly onKey: (key: string) => void;
  readonly onClear: () => void;
  readonly onReset: () => void;
}

function ShortcutRow({ command, shortcuts, recording, refusal, onRecord, onKey, onClear, onReset }: RowProps): ReactNode {
  const { t } = useTexts();
  const title = t(command.title);
  const button = useRef<HTMLButtonElement>(null);
  const key = keyFor(command, shortcuts);
  const isSilent = key !== null && isSingle(key) && !shortcuts.singleKeys;
  const record = (event: KeyboardEvent): void => {
    if (!recording || event.key === 'Tab') return;
    // Neither the dialog nor the button is to act on the key that is meant for the command.
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return onRecord(false);
    const pressed = keyOf(event.nativeEvent);
    if (pressed !== null) onKey(pressed);
  };
  const after = (act: () => void): (() => void) => {
    return () => {
      // The button that was pressed goes with what it took away.
      button.current?.focus();
      act();
    };
  };
  return (
    <li className={styles['row']} data-command={command.id}>
      <span className={styles['name']}>{title}</span>
      <button
        ref={button}
        type="button"
        className={styles['key']}
        aria-label={t('shortcuts.change', { command: title, key: key === null ? t('shortcuts.none') : keyText(key) })}
        aria-pressed={recording}
        data-silent={isSilent || undefined}
        onClick={() => onRecord(!recording)}
        onKeyDown={record}
        onBlur={() => {
          if (recording) onRecord(false);
        }}
      >
        {recording ? t('shortcuts.press') : key === null ? t('shortcuts.none') : <kbd>{keyText(key)}</kbd>}
      </button>
      <span className={styles['acts']}>
        {key === null ? null : <IconButton icon="close" label={t('shortcuts.clear', { command: title })} onClick={after(onClear)} />}
        {shortcuts.keys[command.id] === undefined ? null : (
          <IconButton icon="reset" label={t('shortcuts.reset', { command: title })} onClick={after(onReset)} />
        )}
      </span>
      <span className={styles['refusal']} role="alert">
        {refusal === null
          ? null
          : refusal.kind === 'reserved'
            ? t('shortcuts.reserved')
            : t('shortcuts.taken', { command: t(refusal.by.title) })}
      </span>
    </li>
  );
}
