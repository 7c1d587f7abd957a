import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

/** Where the XDG Autostart specification has a person's own entries. */
export function autostartPath(env: NodeJS.ProcessEnv = process.env, home: string = homedir()): string {
  const config = env['XDG_CONFIG_HOME'];
  return join(config && isAbsolute(config) ? config : join(home, '.config'), 'autostart', 'coldaisle.desktop');
}

/** A command line as the Desktop Entry specification wants it: each word quoted, then escaped as any string value. */
export function execLine(command: readonly string[]): string {
  const quoted = command.map((word) => `"${word.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`);
  return quoted.join(' ').replaceAll('\\', '\\\\');
}

/** Whether the entry at `path` starts this command; one that a person switched off, or of another data folder, does not. */
export function isAutostarted(path: string, command: readonly string[]): boolean {
  let lines: string[];
  try {
    lines = readFileSync(path, 'utf8')
      .split(/\r?\n/)
      .map((line) => line.trim());
  } catch {
    // No entry, or none that can be read: then the session starts nothing by it either.
    return false;
  }
  const off = lines.some((line) => /^(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)$/i.test(line));
  return !off && lines.includes(`Exec=${execLine(command)}`);
}

/** @throws what the file system says */
export function setAutostart(path: string, command: readonly string[] | null): void {
  if (command === null) return rmSync(path, { force: true });
  mkdirSync(dirname(path), { recursive: true });
  const entry = [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Coldaisle',
    `Exec=${execLine(command)}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ];
  writeFileSync(path, entry.join('\n'));
}
