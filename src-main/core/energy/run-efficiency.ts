import { spansWithout, type GpuTime } from '@shared/energy/held-time';
import { judgedScalars, runEfficiency } from '@shared/energy/run-efficiency';
import type { Run } from '@shared/model/run';
import { IDLE_BELOW_PERCENT, type RunEfficiency } from '@shared/model/run-efficiency';
import type { Series } from '@shared/model/series';
import type { StoreReader } from '../store/types';

/** The moment before all: a curve's entry beyond it is its first point. */
const BEGINNING = { from: 0, to: 0 };
const FIRST_POINTS = 10;

type Reader = Pick<StoreReader, 'ledger' | 'curves' | 'samples'>;

/** What a run got for its energy, money and time, of what is stored of it and of the devices that it drew energy of. */
export async function readEfficiency(reader: Reader, run: Run, nowMs: number, signal?: AbortSignal): Promise<RunEfficiency> {
  const first = await firstValues(reader, run, signal);
  if (run.startedAtMs === null) return runEfficiency(run, { first, gpus: [], idle: [], throttled: [], activeMs: 0 });
  const span = { fromMs: run.startedAtMs, toMs: run.endedAtMs ?? nowMs };
  const spans = spansWithout(span, run.control.pauses);
  const places = await reader.ledger.runPlaces({ runId: run.id, ...span }, signal);
  const devices = [...new Set([...places, ...run.launch.gpus])];
  const series = devices.length === 0 ? [] : await reader.samples.find({ devices }, signal);
  const given = new Set(run.launch.gpus);
  const gpus = devices.filter((device) => given.has(device) || series.some((each) => each.device === device && isOfGpu(each)));
  const timesOf = async (metric: string, below: number | null): Promise<GpuTime[]> => {
    const known = gpus.map((device) => series.find((each) => each.device === device && each.metric === metric) ?? null);
    const seriesIds = known.flatMap((each) => (each === null ? [] : [each.id]));
    const held = seriesIds.length === 0 ? [] : await reader.samples.heldTimes({ seriesIds, spans, below }, signal);
    return known.map((each) => {
      const time = held.find(({ seriesId }) => seriesId === each?.id);
      return each === null || time === undefined ? null : { ...time, provenance: each.provenance };
    });
  };
  return runEfficiency(run, {
    first,
    gpus,
    idle: await timesOf('gpu.load', IDLE_BELOW_PERCENT),
    throttled: await timesOf('gpu.throttled', null),
    activeMs: spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
  });
}

function isOfGpu({ metric }: Series): boolean {
  return metric.startsWith('gpu.');
}

async function firstValues({ curves }: Reader, run: Run, signal?: AbortSignal): Promise<Map<string, number>> {
  const names = judgedScalars(run);
  const first = new Map<string, number>();
  if (names.length === 0) return first;
  const query = { runIds: [run.id], names, x: 'time', maxPoints: FIRST_POINTS, range: BEGINNING } as const;
  for (const { name, y } of (await curves.read({ ...query, runIds: [run.id] }, signal)).curves) {
    const value = y.find((each) => Number.isFinite(each));
    if (value !== undefined) first.set(name, value);
  }
  return first;
}
