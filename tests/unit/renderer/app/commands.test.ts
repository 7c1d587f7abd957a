import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultSettings, type Shortcuts } from '@shared/model/settings';
import { en } from '../../../../src-renderer/i18n/english';
import { commands } from '../../../../src-renderer/app/commands/commands';
import { findGroups, startGroups, type PaletteItem } from '../../../../src-renderer/app/commands/find';
import { commandFor, keyFor, keyOf, keyText, refuseKey, withKey } from '../../../../src-renderer/app/commands/keys';
import { soundsLike } from '../../../../src-renderer/app/commands/pinyin';
import { keepRecent, recentIds } from '../../../../src-renderer/app/commands/recent';

const stroke = (change: Partial<KeyboardEvent>): KeyboardEvent =>
  ({ key: '', code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false, ...change }) as KeyboardEvent;
const own = defaultSettings.shortcuts;
const commandOf = (id: string) => commands.find((command) => command.id === id)!;

describe('keys', () => {
  beforeEach(() => vi.stubGlobal('navigator', { platform: 'Linux x86_64' }));

  it.each([
    [{ key: '1', code: 'Digit1' }, '1'],
    [{ key: 'k', code: 'KeyK', ctrlKey: true }, 'Mod+K'],
    [{ key: 'K', code: 'KeyK', ctrlKey: true, shiftKey: true }, 'Mod+Shift+K'],
    [{ key: '?', code: 'Slash', shiftKey: true }, '?'],
    [{ key: 'g', code: 'KeyG' }, 'G'],
    [{ key: 'ArrowLeft', code: 'ArrowLeft', altKey: true }, 'Alt+ArrowLeft'],
    [{ key: 'k', code: 'KeyK', metaKey: true }, null],
    [{ key: 'Control', code: 'ControlLeft', ctrlKey: true }, null],
    [{ key: 'n', code: 'KeyN', isComposing: true }, null],
    [{ key: 'Process', code: 'KeyN' }, null],
  ])('reads %j as %j', (event, key) => expect(keyOf(stroke(event))).toBe(key));

  it('take ⌘ on a Mac, and there the key itself where Alt types another character', () => {
    vi.stubGlobal('navigator', { platform: 'MacIntel' });
    expect(keyOf(stroke({ key: 'k', code: 'KeyK', metaKey: true }))).toBe('Mod+K');
    expect(keyOf(stroke({ key: 'k', code: 'KeyK', ctrlKey: true }))).toBeNull();
    expect(keyOf(stroke({ key: '∂', code: 'KeyD', altKey: true }))).toBe('Alt+D');
    expect(keyText('Mod+K')).toBe('⌘ K');
  });

  it('are written as a keyboard has them', () => {
    expect(['Mod+K', 'Alt+ArrowLeft', '?', 'Mod++'].map(keyText)).toEqual(['Ctrl K', 'Alt ←', '?', 'Ctrl +']);
  });

  it('mean what a person chose, and nothing where they are switched off', () => {
    const changed: Shortcuts = { singleKeys: true, keys: { 'page.history': 'G', 'page.doctor': '' } };
    expect(commandFor(commands, '3', own)?.id).toBe('page.history');
    expect(commandFor(commands, '3', changed)).toBeNull();
    expect(commandFor(commands, 'G', changed)?.id).toBe('page.history');
    expect(keyFor(commandOf('page.doctor'), changed)).toBeNull();
    expect(commandFor(commands, '3', { ...own, singleKeys: false })).toBeNull();
    expect(commandFor(commands, 'Mod+K', { ...own, singleKeys: false })?.id).toBe('palette');
  });

  it('are refused where another command, a field, a chart or the system has them', () => {
    const history = commandOf('page.history');
    expect(refuseKey(commands, history, '1', own)).toEqual({ kind: 'taken', by: commandOf('page.room') });
    for (const key of ['Escape', 'Tab', '0', '+', 'Mod+C', 'ArrowLeft', 'F5']) {
      expect(refuseKey(commands, history, key, own), key).toEqual({ kind: 'reserved' });
    }
    expect(refuseKey(commands, history, '3', own)).toBeNull();
    expect(refuseKey(commands, history, '1', withKey(own, commandOf('page.room'), null))).toBeNull();
  });

  it('are kept only where they differ from those that came', () => {
    const history = commandOf('page.history');
    const changed = withKey(own, history, 'G');
    expect(changed.keys).toEqual({ 'page.history': 'G' });
    expect(withKey(changed, history, '3').keys).toEqual({});
    expect(withKey(own, commandOf('theme.dark'), null).keys).toEqual({});
  });
});

describe('the commands', () => {
  it('have ids and keys of their own, none of them reserved, and a text each', () => {
    const keys = commands.flatMap(({ key }) => key ?? []);
    expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
    expect(new Set(keys).size).toBe(keys.length);
    for (const command of commands) {
      expect(en[command.title]).toBeTruthy();
      if (command.key !== undefined) expect(refuseKey(commands, command, command.key, own), command.id).toBeNull();
    }
  });
});

describe('the palette', () => {
  const item = (kind: PaletteItem['kind'], id: string, title: string, also = '', detail = ''): PaletteItem => ({
    id,
    kind,
    icon: 'room',
    title,
    detail,
    also,
    key: null,
    act: () => undefined,
  });
  const items = [
    item('page', 'page.history', '历史', 'History'),
    item('action', 'theme.dark', '主题：深色', 'Theme: dark'),
    item('device', 'device:node/node-02/gpu3', 'gpu3', 'node/node-02/gpu3', 'Hall A · node-02 · NVIDIA H100'),
    item('device', 'device:node/node-03/gpu3', 'gpu3', 'node/node-03/gpu3', 'Hall A · node-03 · NVIDIA H100'),
    item('metric', 'metric:gpu.power', 'GPU 功率', 'gpu.power'),
  ];
  const idsOf = (text: string): string[] => findGroups(items, [], text).flatMap((group) => group.items.map(({ id }) => id));

  it.each([
    ['历史', 'page.history'],
    ['hist', 'page.history'],
    ['深色', 'theme.dark'],
    ['dark', 'theme.dark'],
    ['node-03 gpu3', 'device:node/node-03/gpu3'],
    ['h100', 'device:node/node-02/gpu3'],
    ['功率', 'metric:gpu.power'],
  ])('finds by %j in either language', (text, id) => expect(idsOf(text)[0]).toBe(id));

  it.each([
    ['lishi', 'page.history'],
    ['ls', 'page.history'],
    ['shense', 'theme.dark'],
    ['ztss', 'theme.dark'],
    ['gonglv', 'metric:gpu.power'],
    ['gl', 'metric:gpu.power'],
    ['hist', 'page.history'],
  ])('finds a Chinese name by how it is typed, %j', (text, id) => {
    const found = findGroups(items, [], text, soundsLike).flatMap((group) => group.items.map((entry) => entry.id));
    expect(found[0]).toBe(id);
    expect(new Set(found).size).toBe(found.length);
  });

  it('finds nothing where nothing fits, and keeps what the core found', () => {
    expect(idsOf('zzzzqq')).toEqual([]);
    const run = item('run', 'run:r1', 'night run');
    expect(findGroups(items, [run], 'batch-size')).toEqual([{ kind: 'run', items: [run] }]);
  });

  it('begins with what was chosen last, newest first, each once', () => {
    const kept = new Map<string, string>();
    const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
    for (const id of ['theme.dark', 'metric:gpu.power', 'theme.dark']) keepRecent(storage, id);
    expect(recentIds(storage)).toEqual(['theme.dark', 'metric:gpu.power']);
    const groups = startGroups(items, recentIds(storage));
    expect(groups.map(({ kind, items: shown }) => [kind, shown.map(({ id }) => id)])).toEqual([
      ['recent', ['theme.dark', 'metric:gpu.power']],
      ['page', ['page.history']],
    ]);
    kept.set('coldaisle.recent', '{"broken"');
    expect(recentIds(storage)).toEqual([]);
  });
});
