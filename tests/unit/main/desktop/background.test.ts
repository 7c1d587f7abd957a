import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { autostartPath, execLine, isAutostarted, setAutostart } from '../../../../src-main/desktop/autostart-file';
import { desktopText, statusLine } from '../../../../src-main/desktop/menu-text';
import { trayIsSeen } from '../../../../src-main/desktop/tray-support';
import { onlyOnLinux } from '../../../helpers/needs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldaisle-background-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the autostart entry', () => {
  const command = ['/opt/Cold Aisle/coldaisle', '--in-tray', '--data', '/data/50% "$HOME" `x` \\y'];

  it('lies where the specification says, also where a variable is relative and so invalid', () => {
    expect(autostartPath({ XDG_CONFIG_HOME: '/cfg' }, '/home/me')).toBe('/cfg/autostart/coldaisle.desktop');
    expect(autostartPath({}, '/home/me')).toBe('/home/me/.config/autostart/coldaisle.desktop');
    expect(autostartPath({ XDG_CONFIG_HOME: 'cfg' }, '/home/me')).toBe('/home/me/.config/autostart/coldaisle.desktop');
  });

  it('quotes every word as the Desktop Entry specification wants it', () => {
    // Quoting escapes " ` $ \ by a backslash; as a string value each backslash is then doubled; a % is written twice.
    expect(execLine(command)).toBe(
      '"/opt/Cold Aisle/coldaisle" "--in-tray" "--data" "/data/50%% \\\\"\\\\$HOME\\\\" \\\\`x\\\\` \\\\\\\\y"',
    );
  });

  it('is found again, is another one for another folder, and goes', () => {
    const path = join(folder, 'autostart', 'coldaisle.desktop');
    expect(isAutostarted(path, command)).toBe(false);
    setAutostart(path, command);
    expect(isAutostarted(path, command)).toBe(true);
    expect(isAutostarted(path, ['/opt/Cold Aisle/coldaisle', '--in-tray'])).toBe(false);
    expect(readFileSync(path, 'utf8').split('\n')[0]).toBe('[Desktop Entry]');
    setAutostart(path, null);
    setAutostart(path, null);
    expect(isAutostarted(path, command)).toBe(false);
  });

  it.each(['Hidden=true', 'X-GNOME-Autostart-enabled=false'])('that a person switched off (%s) is off', (line) => {
    const path = join(folder, 'coldaisle.desktop');
    writeFileSync(path, `[Desktop Entry]\nExec=${execLine(command)}\n${line}\n`);
    expect(isAutostarted(path, command)).toBe(false);
  });
});

describe('whether a tray is seen', onlyOnLinux, () => {
  function answers(program: string, text: string, code = 0): void {
    const path = join(folder, program);
    writeFileSync(path, `#!/bin/sh\necho '${text}'\nexit ${code}\n`);
    chmodSync(path, 0o755);
  }
  const seen = (): Promise<boolean> => trayIsSeen('linux', { PATH: folder });

  it('is what the session bus says, by whichever program is there', async () => {
    expect(await seen()).toBe(false);
    answers('busctl', 'b true');
    expect(await seen()).toBe(true);
    answers('dbus-send', '   boolean false');
    expect(await seen()).toBe(false);
    answers('gdbus', '(true,)');
    expect(await seen()).toBe(true);
    // One that cannot reach the bus leaves it to the next.
    answers('gdbus', '(true,)', 1);
    expect(await seen()).toBe(false);
  });

  it('is always so on macOS and Windows', async () => {
    expect(await trayIsSeen('darwin', {})).toBe(true);
    expect(await trayIsSeen('win32', {})).toBe(true);
  });
});

it('how things stand is said in both languages', () => {
  const status = { language: 'en', meterInTray: true, startAtLogin: false, running: 1, queued: 2 } as const;
  expect(statusLine(desktopText('en-US'), status)).toBe('Metering · 1 running · 2 waiting');
  expect(statusLine(desktopText('en-US'), { ...status, running: 0, queued: 0 })).toBe('Metering');
  expect(statusLine(desktopText('en-US'), null)).toBe('Not metering');
  expect(statusLine(desktopText('zh-CN'), status)).toBe('计量中 · 1 个运行中 · 2 个排队');
});
