import { describeXid } from '@shared/model/device-event';
import { newEvent, type EventInput } from '@shared/model/event';
import { message } from '@shared/text/message';
import { curvesUpTo, recordedRun } from './recorded-run';
import { recordInto } from './test-core';

export interface LivedIn {
  readonly succeeded: string;
  readonly failed: string;
  /** Series of an hour of samples. */
  readonly seriesIds: readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Records what a simulated rack has been through into its folder: runs that came to each end, an hour of power, errors, notes. */
export function recordLife(folder: string): LivedIn {
  const minute = 60_000;
  const toMs = Math.floor(Date.now() / 1000) * 1000 - minute;
  const fromMs = toMs - 60 * minute;
  const runs = (['succeeded', 'failed', 'stopped'] as const).map((status, i) => ({
    ...recordedRun(`r${i}${status}`, fromMs + i * 5 * minute, status, status === 'succeeded' ? undefined : 450),
    name: status === 'succeeded' ? 'Baseline' : null,
    tags: status === 'stopped' ? [] : ['baseline', 'digits'],
    notes: status === 'succeeded' ? 'The one to compare with.' : '',
  }));
  const seriesIds: number[] = [];
  recordInto(folder, (writer) => {
    for (const run of runs) writer.runs.save(run, { curves: curvesUpTo(run.createdAtMs, run.progress.step) });
    const [it, facility] = writer.samples.ensureAllSeries([
      { device: 'room', label: 'Room', metric: 'it.power', provenance: 'simulated' },
      { device: 'room', label: 'Room', metric: 'facility.power', provenance: 'simulated' },
    ]);
    if (!it || !facility) throw new Error('no series was made');
    seriesIds.push(it.id, facility.id);
    const times = Array.from({ length: 3_600 }, (_, i) => fromMs + i * 1000);
    const power = (atMs: number): number => 18_000 + 2_500 * Math.sin(atMs / 300_000);
    writer.samples.commit(
      times.flatMap((atMs) => [
        { seriesId: it.id, atMs, value: power(atMs) },
        { seriesId: facility.id, atMs, value: power(atMs) * 1.31 },
      ]),
    );
    const gpu = 'node/node-02/gpu5';
    const { text, severity } = describeXid(79);
    const events: EventInput[] = [
      { atMs: fromMs + 10 * minute, device: gpu, kind: 'gpu.xid', code: '79', severity, text },
      { atMs: fromMs + 10 * minute, device: gpu, kind: 'device.lost', severity: 'critical', text: message('message.event.silent') },
      { atMs: fromMs + 14 * minute, device: gpu, kind: 'device.back', severity: 'info', text: message('message.event.back') },
      { atMs: fromMs + 20 * minute, device: gpu, kind: 'note', severity: 'info', text: 'Reseated', by: 'person' },
    ];
    writer.events.append(events.map(newEvent));
  });
  const [succeeded, failed] = runs;
  return { succeeded: succeeded?.id ?? '', failed: failed?.id ?? '', seriesIds, fromMs, toMs };
}
