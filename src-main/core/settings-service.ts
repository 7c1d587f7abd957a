import { AppError } from '@shared/contract/errors';
import { RATES_WANTED, parseRates } from '@shared/model/gpu-settings';
import type { Settings } from '@shared/model/settings';
import { defineService } from './service';
import { SettingsService } from './settings';
import { storeService } from './store/service';

export const settingsService = defineService({
  name: 'settings',
  needs: [storeService],
  start({ store }, { options, log, onStop }) {
    const settings = new SettingsService(store.settings, (error) => log('error', `a listener of the settings failed: ${String(error)}`));
    applyCliOverrides(settings, options.gpuHz ?? null);
    const keep = ({ retention }: Settings): void => {
      store.samples.setRetention(retention);
      store.events.setRetention(retention.eventDays);
      store.ledger.setQuarterDays(retention.ledgerQuarterDays);
    };
    keep(settings.current);
    const listening = settings.onChange(keep);
    onStop(() => listening.dispose());
    return settings;
  },
});

/** What was typed at the start is the setting from here on, so that the window shows what is in force. */
function applyCliOverrides(settings: SettingsService, typed: string | null): void {
  if (typed === null) return;
  const gpu = parseRates(settings.current.gpu, typed);
  if (gpu === null) throw new AppError('invalid-input', `GPU samples a second "${typed}": ${RATES_WANTED} is needed.`);
  settings.set({ gpu });
}
