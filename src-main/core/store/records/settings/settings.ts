import type { Log } from '@shared/base/log';
import {
  completeSection,
  defaultSettings,
  Settings,
  type SettingsPatch,
  type SettingsSection,
  type UnreadableSection,
} from '@shared/model/settings';
import type { WriteHandle } from '../../file/open';
import { firstIssue, parseJson } from '../../file/json';
import { noQueries, repository } from '../../repository';
import { keptAside } from './0008-kept-aside';

/** What the database holds of the settings. */
export interface StoredSettings {
  readonly settings: Settings;
  /** Sections whose defaults apply because what is stored cannot be read. It stays until they are changed. */
  readonly unreadable: readonly UnreadableSection[];
}

export interface SettingsTable {
  /** Null when none were ever changed. */
  load(): StoredSettings | null;
  /** Stores these sections, in one transaction, and no other. What was unreadable of them moves to `settings_kept`. */
  save(changed: SettingsPatch): void;
}

interface Row {
  readonly section: string;
  readonly value: string;
}

const names = Object.keys(Settings.shape) as SettingsSection[];

function openSettingsTable(db: WriteHandle, log: Log): SettingsTable {
  const selectAll = db.query<Row>('SELECT section, value FROM settings');
  const selectOne = db.query<Row>('SELECT section, value FROM settings WHERE section = ?');
  const put = db.change(
    'INSERT INTO settings (section, value) VALUES (?, ?) ON CONFLICT (section) DO UPDATE SET value = excluded.value WHERE value <> excluded.value',
  );
  const keep = db.change('INSERT INTO settings_kept (section, value, why, kept_at_ms) VALUES (?, ?, ?, ?)');

  return {
    load() {
      const rows = new Map(selectAll.all().map(({ section, value }) => [section, value]));
      if (rows.size === 0) return null;
      const found: Partial<Settings> = {};
      const unreadable: UnreadableSection[] = [];
      for (const name of names) {
        const text = rows.get(name);
        if (text === undefined) continue;
        const read = readSection(name, text);
        if (read.why === null) Object.assign(found, read.section);
        else unreadable.push({ section: name, why: read.why });
      }
      for (const { section, why } of unreadable)
        log('warn', `settings: the stored section "${section}" cannot be read (${why}); it is kept and its defaults apply`);
      return { settings: { ...defaultSettings, ...found }, unreadable };
    },
    save: (changed) =>
      db.transaction(() => {
        for (const name of names) {
          const section = changed[name];
          if (section === undefined) continue;
          const before = selectOne.get(name)?.value;
          const why = before === undefined ? null : readSection(name, before).why;
          if (before !== undefined && why !== null) keep.run(name, before, why, Date.now());
          put.run(name, JSON.stringify({ ...(why === null ? foreignFields(name, before) : {}), ...section }));
        }
      }),
  };
}

type Read = { readonly section: SettingsPatch; readonly why: null } | { readonly section: null; readonly why: string };

/** A section as stored, with what it does not have yet at its default; or why it cannot be read. */
function readSection(name: SettingsSection, text: string): Read {
  const json = parseJson(text);
  if (json === undefined) return { section: null, why: 'not JSON' };
  const parsed = Settings.shape[name].safeParse(completeSection(name, json));
  return parsed.success ? { section: { [name]: parsed.data }, why: null } : { section: null, why: firstIssue(parsed.error) };
}

/** Fields of a section that only another version knows: a change made here does not cost them. */
function foreignFields(name: SettingsSection, text: string | undefined): Record<string, unknown> {
  const json = text === undefined ? null : parseJson(text);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return {};
  return Object.fromEntries(Object.entries(json).filter(([field]) => !Object.hasOwn(Settings.shape[name].shape, field)));
}

/** What a person set, one row a section, and what could not be read of it. */
export const settings = repository({ migrations: [keptAside], write: ({ db, log }) => openSettingsTable(db, log), ...noQueries });
