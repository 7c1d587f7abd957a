import { english, message, type Message } from '@shared/text/message';
import type { Collector } from '../../collector';
import type { CollectorContext } from '../../collector-context';
import { settableKind, type CollectorInstance, type CollectorSource } from '../../collector-kind';
import { sensorItem } from '../items';
import { energyQuantities, energyUnits, MANUAL, manualMeterForm, ManualSettings, volumeUnits } from './form';
import { meterReadings } from '../meters/readings';

const DAY_MS = 86_400_000;

const same = (value: string): { value: string; label: string } => ({ value, label: value });

/** A meter that a person reads, or whose bill comes each month. */
export const manualKind = settableKind<ManualSettings>({
  id: MANUAL,
  name: message('message.feed.manual'),
  isFeed: true,
  params: [
    {
      name: 'quantity',
      label: message('message.manual.quantity'),
      type: 'choice',
      choices: [
        { value: 'energy.import', label: message('message.manual.import') },
        { value: 'energy.export', label: message('message.manual.export') },
        { value: 'heat.energy', label: message('message.manual.heat') },
        { value: 'volume', label: message('message.manual.volume') },
      ],
      default: 'energy.import',
      help: message('message.manual.help'),
    },
    {
      name: 'energyUnit',
      label: message('message.manual.unit'),
      type: 'choice',
      choices: energyUnits.map(same),
      default: 'kWh',
      when: { param: 'quantity', is: [...energyQuantities] },
    },
    {
      name: 'volumeUnit',
      label: message('message.manual.unit'),
      type: 'choice',
      choices: volumeUnits.map(same),
      default: 'm³',
      when: { param: 'quantity', is: ['volume'] },
    },
    {
      name: 'everyDays',
      label: message('message.manual.everyDays'),
      type: 'integer',
      unit: 'd',
      min: 1,
      max: 400,
      step: 1,
      default: 31,
      help: message('message.manual.everyDaysHelp'),
    },
  ],
  schema: ManualSettings,
  create: createMeter,
});

function createMeter(
  { id, name, settings: first }: CollectorInstance<ManualSettings>,
  { wallMs, manual }: CollectorContext,
): CollectorSource<ManualSettings> {
  let settings = first;
  const overdueDays = (atMs: number): number | null => {
    const days = Math.floor((wallMs() - atMs) / DAY_MS);
    return days > settings.everyDays * 1.5 ? days : null;
  };
  const collector: Collector = {
    id,
    periodMs: 5_000,
    async read() {
      const form = manualMeterForm(settings);
      const newest = manual.newest(id, form);
      if (newest === null || overdueDays(newest.atMs) !== null) return [];
      const value = { quantity: form.quantity, part: '', value: newest.shown * form.factor, raw: '', why: null, atMs: newest.atMs };
      return meterReadings([value], { counts: 'apart', flip: false }, { id, label: english(name) });
    },
    doctor: async () => {
      const form = manualMeterForm(settings);
      const newest = manual.newest(id, form);
      const said = (state: 'works' | 'partial', detail: Message, repair: Message | null = null): ReturnType<typeof sensorItem> => ({
        ...sensorItem(id, state, detail, repair),
        name,
      });
      if (newest === null) return [said('partial', message('message.manual.none'), message('message.manual.enter', { source: name }))];
      const { atMs, shown } = newest;
      const days = overdueDays(atMs);
      const detail = message('message.manual.last', { value: String(shown), unit: form.unit, readAtMs: atMs });
      return [
        days === null
          ? said('works', detail)
          : said('partial', message('message.manual.overdue', { detail, days }), message('message.manual.enter', { source: name })),
      ];
    },
    close: async () => undefined,
  };
  return {
    collectors: [collector],
    change(next) {
      settings = next;
      return true;
    },
  };
}
