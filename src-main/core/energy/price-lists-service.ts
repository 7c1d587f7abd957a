import { defineService } from '../service';
import { settingsService } from '../settings-service';
import { storeService } from '../store/service';
import { PriceLists } from './price-lists';

/** What energy costs and emits, by versions. */
export const priceListsService = defineService({
  name: 'priceLists',
  needs: [storeService, settingsService],
  start({ store, settings }, { log, onStop }) {
    const prices = new PriceLists({ table: store.priceLists, settings: () => settings.current, wallMs: () => Date.now(), log });
    const listening = settings.onChange(() => prices.settingsChanged());
    onStop(() => listening.dispose());
    return prices;
  },
});
