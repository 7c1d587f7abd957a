import { assumedModel, coolingWhatIfs, fittedModel } from '@shared/climate/cooling-what-if';
import { AppError } from '@shared/contract/errors';
import type { CoolingNow } from '@shared/model/cooling';
import type { CoolingChange, CoolingWhatIfs } from '@shared/model/cooling-what-if';
import { HOST_DEVICE, ROOM_DEVICE } from '@shared/model/device-tree';
import type { PowerFit } from '@shared/model/power-fit';
import type { PowerPlace } from '@shared/model/power-tree';
import { quantity, worstProvenance, type Quantity } from '@shared/model/provenance';
import type { Series } from '@shared/model/series';
import type { Settings } from '@shared/model/settings';
import type { WeatherYear } from '@shared/model/weather';
import { message } from '@shared/text/message';
import type { StoreReader } from '../store/types';

export interface WhatIfSource {
  readonly reader: Pick<StoreReader, 'samples'>;
  readonly series: readonly Series[];
  readonly settings: Settings;
  readonly now: CoolingNow;
  readonly year: WeatherYear | null;
  readonly fits: readonly PowerFit[];
  readonly powerPlaces: readonly PowerPlace[];
  readonly ratedW: number | null;
  /** At this moment: where nothing was recorded yet. */
  readonly itPowerW: Quantity;
}

const WEEK_MS = 7 * 86_400_000;
const POINTS = 672;

/** @throws {AppError} `conflict` while the room's rated power is not known yet */
export async function readWhatIfs(
  change: CoolingChange,
  source: WhatIfSource,
  nowMs: number,
  signal: AbortSignal,
): Promise<CoolingWhatIfs> {
  const { settings, now, year, ratedW } = source;
  if (ratedW === null) throw new AppError('conflict', message('message.whatIf.noRating'));
  return coolingWhatIfs({
    change,
    model: fittedModel(source.fits, source.powerPlaces) ?? assumedModel(settings.facility, ratedW),
    facility: settings.facility,
    ratedW,
    itW: await meanItPower(source, nowMs, signal),
    year,
    now,
    pricePerKwh: settings.tariff.pricePerKwh,
    currency: settings.tariff.currency,
    gridKgPerKwh: settings.carbon.gridKgPerKwh,
  });
}

/** Of the last week, as far as it was recorded. */
async function meanItPower({ reader, series, itPowerW }: WhatIfSource, nowMs: number, signal: AbortSignal): Promise<Quantity> {
  const all = series.filter(({ metric }) => metric === 'it.power');
  const own = all.find(({ device }) => device === ROOM_DEVICE) ?? all.find(({ device }) => device === HOST_DEVICE);
  if (own === undefined) return itPowerW;
  const range = { fromMs: nowMs - WEEK_MS, toMs: nowMs };
  const { columns } = await reader.samples.history({ ...range, seriesIds: [own.id], maxPoints: POINTS }, signal);
  const means = [...(columns[0]?.mean ?? [])].filter((value) => !Number.isNaN(value));
  if (means.length === 0) return itPowerW;
  const meanW = means.reduce((sum, value) => sum + value, 0) / means.length;
  return quantity(meanW, 'W', worstProvenance(['derived', own.provenance]), WEEK_MS);
}
