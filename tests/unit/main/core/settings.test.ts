import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { defaultSettings, type Settings, type SettingsPatch, type UnreadableSection } from '@shared/model/settings';
import { SettingsService } from '../../../../src-main/core/settings';
import type { SettingsTable } from '../../../../src-main/core/store/records/settings/settings';

const failed: unknown[] = [];
const heardError = (error: unknown): void => void failed.push(error);

function store(
  settings: Settings | null = null,
  unreadable: readonly UnreadableSection[] = [],
): SettingsTable & { saved: SettingsPatch[] } {
  const saved: SettingsPatch[] = [];
  return {
    saved,
    load: () => (settings === null ? null : { settings, unreadable }),
    save: (changed) => void saved.push(changed),
  };
}

describe('SettingsService', () => {
  it('begins with what was stored, else with the defaults', () => {
    const own = { ...defaultSettings, tariff: { pricePerKwh: 0.3, currency: 'EUR' } };
    expect(new SettingsService(store(own), heardError).current).toEqual(own);
    expect(new SettingsService(store(), heardError).current).toEqual(defaultSettings);
  });

  it('replaces the given sections, stores them, then tells', () => {
    const writer = store();
    const service = new SettingsService(writer, heardError);
    const heard: Settings[] = [];
    const subscription = service.onChange((settings) => {
      expect(writer.saved).toHaveLength(1);
      heard.push(settings);
    });
    const next = service.set({ carbon: { gridKgPerKwh: 0.05 }, tariff: undefined });
    expect(next).toEqual({ ...defaultSettings, carbon: { gridKgPerKwh: 0.05 } });
    expect(heard).toEqual([next]);
    subscription.dispose();
  });

  it('changes nothing when it cannot be stored', () => {
    const service = new SettingsService(
      {
        load: () => null,
        save: () => {
          throw new AppError('storage-full', 'full');
        },
      },
      heardError,
    );
    expect(() => service.set({ carbon: { gridKgPerKwh: 0.05 } })).toThrow('full');
    expect(service.current).toEqual(defaultSettings);
  });

  it('stores what is other than before, and nothing else', () => {
    const writer = store();
    const service = new SettingsService(writer, heardError);
    service.set({ ...defaultSettings, carbon: { gridKgPerKwh: 0.05 } });
    service.set({ ...defaultSettings, carbon: { gridKgPerKwh: 0.05 } });
    expect(writer.saved).toEqual([{ carbon: { gridKgPerKwh: 0.05 } }]);
  });

  it('stores a section that could not be read when it is set, also to the values in force, and takes it off the list', () => {
    const writer = store(defaultSettings, [
      { section: 'tariff', why: 'x' },
      { section: 'ui', why: 'y' },
    ]);
    const service = new SettingsService(writer, heardError);
    const heard: unknown[] = [];
    service.onUnreadable((sections) => heard.push(sections));
    service.set({ carbon: { gridKgPerKwh: 0.05 } });
    expect(heard).toEqual([]);
    service.set({ tariff: defaultSettings.tariff });
    expect(writer.saved).toEqual([{ carbon: { gridKgPerKwh: 0.05 } }, { tariff: defaultSettings.tariff }]);
    expect(heard).toEqual([[{ section: 'ui', why: 'y' }]]);
    expect(service.unreadable).toEqual([{ section: 'ui', why: 'y' }]);
  });

  it('is changed although a listener throws, and says what it threw', () => {
    const service = new SettingsService(store(), heardError);
    const heard: Settings[] = [];
    service.onChange(() => {
      throw new Error('a listener broke');
    });
    service.onChange((settings) => heard.push(settings));
    service.set({ carbon: { gridKgPerKwh: 0.05 } });
    expect(heard).toHaveLength(1);
    expect(failed).toEqual([new Error('a listener broke')]);
  });
});
