import { Emitter } from '@shared/base/emitter';
import type { Disposable } from '@shared/base/disposable';
import { defaultSettings, Settings, type SettingsPatch, type SettingsSection, type UnreadableSection } from '@shared/model/settings';
import type { SettingsTable } from './store/records/settings/settings';

/** The settings in force: loaded once, every change stored before it is told to anyone. */
export class SettingsService {
  private readonly changed: Emitter<Settings>;
  private readonly unreadableChanged: Emitter<readonly UnreadableSection[]>;
  private settings: Settings;
  private notRead: readonly UnreadableSection[];

  /** @param onListenerError what a listener threw: the change is stored and in force all the same */
  constructor(
    private readonly writer: SettingsTable,
    onListenerError: (error: unknown) => void,
  ) {
    this.changed = new Emitter(onListenerError);
    this.unreadableChanged = new Emitter(onListenerError);
    const stored = writer.load();
    this.settings = stored?.settings ?? defaultSettings;
    this.notRead = stored?.unreadable ?? [];
  }

  get current(): Settings {
    return this.settings;
  }

  /** Stored sections that cannot be read: their defaults are in force, and what is stored stays until they are set. */
  get unreadable(): readonly UnreadableSection[] {
    return this.notRead;
  }

  /** Replaces the sections given; stores those that are other than before. Throws the store's AppError when it cannot be stored; nothing changes then. */
  set(patch: SettingsPatch): Settings {
    // A section given as undefined (a port carries that) is a section not given.
    const given = Object.fromEntries(Object.entries(patch).filter(([, section]) => section !== undefined));
    const next = Settings.parse({ ...this.settings, ...given });
    const changed = (Object.keys(given) as SettingsSection[]).filter(
      (name) => this.notRead.some(({ section }) => section === name) || JSON.stringify(next[name]) !== JSON.stringify(this.settings[name]),
    );
    if (changed.length === 0) return next;
    this.writer.save(Object.fromEntries(changed.map((name) => [name, next[name]])));
    this.settings = next;
    const notRead = this.notRead.filter(({ section }) => !changed.includes(section));
    const repaired = notRead.length < this.notRead.length;
    this.notRead = notRead;
    this.changed.emit(next);
    if (repaired) this.unreadableChanged.emit(notRead);
    return next;
  }

  onChange(listener: (settings: Settings) => void): Disposable {
    return this.changed.on(listener);
  }

  onUnreadable(listener: (sections: readonly UnreadableSection[]) => void): Disposable {
    return this.unreadableChanged.on(listener);
  }
}
