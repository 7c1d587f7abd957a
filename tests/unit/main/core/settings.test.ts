import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { defaultSettings, type Settings } from '@shared/model/settings';
import { SettingsService } from '../../../../src-main/core/settings';

function store(stored: Settings | null = null): { loadSettings(): Settings | null; saveSettings(settings: Settings): void; saved: Settings[] } {
  const saved: Settings[] = [];
  return { saved, loadSettings: () => stored, saveSettings: (settings) => void saved.push(settings) };
}

describe('SettingsService', () => {
  it('begins with what was stored, else with the defaults', () => {
    const own = { ...defaultSettings, tariff: { pricePerKwh: 0.3, currency: 'EUR' } };
    expect(new SettingsService(store(own)).current).toEqual(own);
    expect(new SettingsService(store()).current).toEqual(defaultSettings);
  });

  it('replaces the given sections, stores them, then tells', () => {
    const writer = store();
    const service = new SettingsService(writer);
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
    const service = new SettingsService({
      loadSettings: () => null,
      saveSettings: () => {
        throw new AppError('storage-full', 'full');
      },
    });
    expect(() => service.set({ carbon: { gridKgPerKwh: 0.05 } })).toThrow('full');
    expect(service.current).toEqual(defaultSettings);
  });
});
