import { useEffect, useEffectEvent } from 'react';
import { defaultSettings, type Shortcuts } from '@shared/model/settings';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { commands } from './commands';
import type { Overlay } from './command';
import { commandFor, keyOf } from './keys';

/** The keys in force; those that it comes with until the core has answered. */
export function useShortcutSettings(): Shortcuts {
  return useValue(useServices().settings)?.shortcuts ?? defaultSettings.shortcuts;
}

/** Whether a stroke belongs to what is typed into, or to a dialog that covers the page. */
function isSpokenFor(event: KeyboardEvent): boolean {
  const { target } = event;
  return (
    event.defaultPrevented || (target instanceof HTMLElement && takes(target, event)) || document.querySelector('[data-modal]') !== null
  );
}

/** A closed list takes letters, which choose by how an entry begins, and nothing that is pressed with Ctrl or ⌘. */
function takes(target: HTMLElement, { ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (target.closest('input, textarea, [contenteditable], [role="menu"], [role="listbox"]') !== null) return true;
  return target.closest('[role="combobox"]') !== null && !ctrlKey && !metaKey;
}

/** Acts on the keys of the commands, wherever in the window they are pressed. */
export function useShortcuts(show: (overlay: Overlay) => void): void {
  const services = useServices();
  const shortcuts = useShortcutSettings();
  const onKey = useEffectEvent((event: KeyboardEvent): void => {
    if (isSpokenFor(event)) return;
    const key = keyOf(event);
    const command = key === null ? null : commandFor(commands, key, shortcuts);
    if (command === null) return;
    event.preventDefault();
    command.run({ services, show });
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
