import type { energyCommands, energyStreams } from '@shared/contract/energy';
import { modelledPower } from '@shared/energy/fitted-facility';
import { energyCut } from '@shared/energy/energy-cut';
import { pueFamily } from '@shared/energy/pue-family';
import type { PueFamily, PueFamilyQuery } from '@shared/model/pue';
import type { PowerFits } from '@shared/model/power-fit';
import type { PowerTree, PowerTreeVersion } from '@shared/model/power-tree';
import type { Settings } from '@shared/model/settings';
import type { Pue, PuePeriod } from '@shared/model/energy';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { piecesOf } from '../energy/pue-pieces';
import type { StoreReader } from '../store/types';
import { abortSignal } from './abort-signal';
import { liveValue } from './live';
import type { Services } from './services';

const DAY_MS = 86_400_000;
const lengthMs: Readonly<Record<PuePeriod, number>> = { hour: DAY_MS / 24, day: DAY_MS, month: 30 * DAY_MS, year: 365 * DAY_MS };
/** The ledger is stored in bits; what is not stored so lately is no gap. */
const STORED_WITHIN_MS = 60_000;

export function energyApi(services: Services): Pick<CommandHandlers, keyof typeof energyCommands> {
  const { reader } = services;
  return {
    'energy.query': (query, cancellation) => reader.ledger.energy(query, abortSignal(cancellation)),
    'energy.pue': ({ period }, cancellation) => pueOver(period, Date.now(), services, abortSignal(cancellation)),
    'energy.pueFamily': (query, cancellation) => familyOver(query, Date.now(), services, abortSignal(cancellation)),
  };
}

export function energyStreamsApi({ ledger, powerFlow }: Services): Pick<StreamHandlers, keyof typeof energyStreams> {
  return {
    'energy.changed': (_params, sink) =>
      liveValue(sink, { atMs: Date.now() }, (listener) => ledger.onStored(() => listener({ atMs: Date.now() }))),
    'energy.flow': (_params, sink) => liveValue(sink, powerFlow.latest, (listener) => powerFlow.onChange(listener)),
  };
}

/** What the PUE and its family are made of. */
interface FamilySources {
  readonly reader: Pick<StoreReader, 'ledger' | 'meterEnergy'>;
  readonly powerTree: { readonly current: PowerTree; readonly versions: readonly PowerTreeVersion[] };
  readonly roomPower: { readonly ratedW: number | null };
  readonly settings: { readonly current: Settings };
  readonly powerFits: { readonly current: PowerFits };
}

export async function familyOver(query: PueFamilyQuery, nowMs: number, of: FamilySources, signal: AbortSignal): Promise<PueFamily> {
  const { reader, powerTree, roomPower } = of;
  const { facility, carbon } = of.settings.current;
  const ratedW = facility.ratedItPowerW ?? roomPower.ratedW;
  const toMs = Math.min(query.toMs, nowMs);
  const ledger = await reader.ledger.energy({ ...query, toMs: Math.max(query.fromMs + 1, toMs), by: 'accounts', limit: 10 }, signal);
  const cut = energyCut(powerTree.current);
  // Of the past the mean weather of the time that the curves were made from.
  const model = { fits: of.powerFits.current.fits, places: powerTree.current.places, outdoorC: 'mean' } as const;
  const pieces = await piecesOf(ledger, powerTree.versions, reader, signal);
  const { untilMs } = ledger;
  const storedMs = untilMs !== null && untilMs <= nowMs && nowMs - untilMs < STORED_WITHIN_MS ? untilMs : nowMs;
  return pueFamily({
    ledger,
    cut,
    meters: pieces.meters,
    pieces: pieces.of,
    gridKgPerKwh: carbon.gridKgPerKwh,
    modelW: (itW) => (ratedW === null ? null : modelledPower(itW, ratedW, facility, model).totalW),
    untilMs: Math.min(toMs, storedMs),
  });
}

/** The family's own PUE of a period up to now: wherever it is shown it is the same figure. */
export async function pueOver(period: PuePeriod, nowMs: number, of: FamilySources, signal: AbortSignal): Promise<Pue> {
  const startMs = Math.max(0, nowMs - lengthMs[period]);
  const { stretches } = await familyOver({ fromMs: startMs, toMs: nowMs, step: 'total', timeZone: 'UTC' }, nowMs, of, signal);
  const [whole] = stretches;
  if (whole === undefined) throw new Error('a stretch of all of the period is never none');
  const { fromMs, toMs, pue, uncertainty, category, meteredItShare, isMetered, missing } = whole;
  return { period, fromMs, toMs, ratio: pue, uncertainty, category, meteredItShare, isMetered, missing, isSoFar: fromMs > startMs };
}
