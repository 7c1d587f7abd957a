import { Emitter } from '@shared/base/emitter';
import type { Disposable } from '@shared/base/disposable';
import { defaultSettings, Settings, type SettingsPatch } from '@shared/model/settings';
import type { StoreWriter } from './store/types';

/** The settings in force: loaded once, every change stored before it is told to anyone. */
export class SettingsService {
  private readonly changed = new Emitter<Settings>();
  private settings: Settings;

  constructor(private readonly writer: Pick<StoreWriter, 'loadSettings' | 'saveSettings'>) {
    this.settings = writer.loadSettings() ?? defaultSettings;
  }

  get current(): Settings {
    return this.settings;
  }

  /** Replaces the sections given. Throws the store's AppError when it cannot be stored; nothing changes then. */
  set(patch: SettingsPatch): Settings {
    // A section given as undefined (a port carries that) is a section not given.
    const given = Object.fromEntries(Object.entries(patch).filter(([, section]) => section !== undefined));
    const next = Settings.parse({ ...this.settings, ...given });
    this.writer.saveSettings(next);
    this.settings = next;
    this.changed.emit(next);
    return next;
  }

  onChange(listener: (settings: Settings) => void): Disposable {
    return this.changed.on(listener);
  }
}
