import type { Shortcuts } from '@shared/model/settings';
import type { Command } from './command';

type Stroke = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing'>;

const isMac = (): boolean => /mac/i.test(navigator.platform);

/**
 * A stroke as the settings write it: `1`, `?`, `Mod+K`, `Alt+ArrowLeft`; Mod is ⌘ on a Mac and Ctrl elsewhere. Null for a modifier
 * alone, for a stroke that an input method is still composing with, and for one with the other system's modifier.
 */
export function keyOf(stroke: Stroke): string | null {
  if (stroke.isComposing || stroke.key === 'Process' || ['Control', 'Meta', 'Alt', 'Shift', 'Dead', 'AltGraph'].includes(stroke.key))
    return null;
  const [mod, other] = isMac() ? [stroke.metaKey, stroke.ctrlKey] : [stroke.ctrlKey, stroke.metaKey];
  if (other) return null;
  // With Alt a Mac types another character; the key itself is meant.
  const letter = /^Key([A-Z])$/.exec(stroke.code)?.[1] ?? /^Digit(\d)$/.exec(stroke.code)?.[1];
  const name = (mod || stroke.altKey) && letter !== undefined ? letter : stroke.key.length === 1 ? stroke.key.toUpperCase() : stroke.key;
  // What Shift makes of a character is said by the character.
  const shift = stroke.shiftKey && (mod || stroke.altKey || stroke.key.length > 1);
  return [...(mod ? ['Mod'] : []), ...(stroke.altKey ? ['Alt'] : []), ...(shift ? ['Shift'] : []), name === ' ' ? 'Space' : name].join('+');
}

/** Whether a key acts without Ctrl, ⌘ or Alt: speech and a slip of the hand press such a one too. */
export function isSingle(key: string): boolean {
  return !/^(Mod|Alt)\+/.test(key);
}

const shown: Readonly<Record<string, string>> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Space: '␣' };

/** A key as a keyboard names it. */
export function keyText(key: string): string {
  const parts = key === '+' || key.endsWith('++') ? [...key.slice(0, -1).split('+').filter(Boolean), '+'] : key.split('+');
  const names = parts.map((part) => {
    if (part === 'Mod') return isMac() ? '⌘' : 'Ctrl';
    if (part === 'Alt') return isMac() ? '⌥' : 'Alt';
    return part === 'Shift' ? '⇧' : (shown[part] ?? part);
  });
  return names.join(' ');
}

/** The key that a command has; null = none. */
export function keyFor(command: Pick<Command, 'id' | 'key'>, shortcuts: Shortcuts): string | null {
  const key = shortcuts.keys[command.id] ?? command.key ?? '';
  return key === '' ? null : key;
}

/** The command that a key stands for, as the settings have it. */
export function commandFor(commands: readonly Command[], key: string, shortcuts: Shortcuts): Command | null {
  if (isSingle(key) && !shortcuts.singleKeys) return null;
  return commands.find((command) => keyFor(command, shortcuts) === key) ?? null;
}

/** Why a key cannot be given to a command. */
export type KeyRefusal = { readonly kind: 'reserved' } | { readonly kind: 'taken'; readonly by: Command };

/** What moves about a page, works in fields and charts, or is the system's own. */
const reserved =
  /^(Tab|Enter|Escape|Backspace|Delete|Space|Arrow.*|Home|End|Page.*|F5|F11|F12|[+\-0]|Shift\+.*|Mod\+[ACVXZYRWQNT]|Mod\+Shift\+[IRZ]|Alt\+F4)$/;

export function refuseKey(commands: readonly Command[], own: Command, key: string, shortcuts: Shortcuts): KeyRefusal | null {
  if (reserved.test(key)) return { kind: 'reserved' };
  const by = commands.find((command) => command.id !== own.id && keyFor(command, shortcuts) === key);
  return by === undefined ? null : { kind: 'taken', by };
}

/** The settings with a command's key changed: null = none, the one it came with = as it came. */
export function withKey(shortcuts: Shortcuts, command: Command, key: string | null): Shortcuts {
  const { [command.id]: _, ...others } = shortcuts.keys;
  const isOwn = (key ?? '') === (command.key ?? '');
  return { ...shortcuts, keys: isOwn ? others : { ...others, [command.id]: key ?? '' } };
}
