import type { LogLine, RunLogExtent } from '@shared/model/run-log';
import { toDisposable, type Disposable } from '@shared/base/disposable';
import { Emitter } from '@shared/base/emitter';
import { AppError } from '@shared/contract/errors';
import type { TelemetryFrame } from '@shared/contract/telemetry';
import { deviceKind, nodeOf, type DeviceTree } from '@shared/model/device-tree';
import { quantity, withheld, type Quantity } from '@shared/model/provenance';
import type { RoomSummary } from '@shared/model/room';
import { numbersOf } from '@shared/model/param';
import { rowOf } from '@shared/model/run-list';
import { defaultSettings, type Settings } from '@shared/model/settings';
import type { HistoryColumns } from '@shared/model/series';
import type { Api } from '@shared/rpc/api';
import { message } from '@shared/text/message';
import { telemetryFrame } from '../helpers/telemetry-frame';
import { fakeBackups } from './page-core-backups';
import { fakeImports } from './page-core-imports';
import { curvesOf, exampleParams, FakeRun } from './page-core-runs';
import { Signals, type Scenario } from './page-core-signals';

export interface PageCoreOptions {
  readonly scenario: Scenario;
  readonly now: () => number;
  /** Calls back at the given distance until disposed. */
  readonly every: (ms: number, tick: () => void) => Disposable;
  readonly settings?: Partial<Settings>;
}

const DAY_MS = 86_400_000;
const paramNames = ['epochs', 'batchSize', 'learningRate', 'hiddenUnits', 'validationSplit', 'seed'] as const;
const BACKLOG_MS = 15 * 60_000;

/** A core without a machine: answers the whole contract from seeded signals, for looking at the window and for its tests. */
export function createPageCore(options: PageCoreOptions): Api {
  const { scenario, now, every } = options;
  const signals = new Signals(scenario);
  const startedAtMs = now();
  const extentFromMs = startedAtMs - 8 * DAY_MS;
  const settingsChanged = new Emitter<Settings>('rethrow');
  let settings: Settings = { ...defaultSettings, ...options.settings };
  let runs: FakeRun[] =
    scenario === 'empty'
      ? []
      : [
          new FakeRun('r9d1f20c4a7', exampleParams, startedAtMs - 20_000, null, 0),
          new FakeRun('r71c2be8840', exampleParams, startedAtMs - 300_000, null, 1),
          new FakeRun(
            'r55aa0c1d9e',
            { ...exampleParams, epochs: 3, learningRate: 0.01 },
            startedAtMs - 3 * 3_600_000,
            { status: 'failed', atStep: 230 },
            2,
          ),
          new FakeRun('r02ce71f6b3', { ...exampleParams, epochs: 20 }, startedAtMs - DAY_MS, { status: 'stopped', atStep: 1400 }, 3),
        ];

  const backups = fakeBackups(now);
  const imports = fakeImports();
  const allSeries = () => [...signals.series, ...runs.flatMap((run) => run.series)];
  const tree = (): DeviceTree => {
    const labels = new Map(signals.series.map(({ device, label }) => [device, label]));
    return {
      revision: 1,
      places: [
        { id: 'hall-1', parent: null, kind: 'hall', name: 'Hall', position: 0, unit: null, heightU: null },
        { id: 'local', parent: 'hall-1', kind: 'node', name: 'aisle-07', position: 0, unit: null, heightU: null },
      ],
      devices: [...labels].map(([device, label]) => ({ device, node: nodeOf(device), kind: deviceKind(device), label })),
    };
  };
  const find = (runId: string): FakeRun => {
    const found = runs.find((run) => run.id === runId);
    if (!found) throw new AppError('not-found', `no run is called ${runId}`);
    return found;
  };
  const samplesOf = (seriesId: number, fromMs: number, toMs: number, stepMs: number): { atMs: number; value: number | null }[] => {
    const run = runs.find((candidate) => candidate.series.some((series) => series.id === seriesId));
    if (run) return run.samples(seriesId, fromMs, Math.min(toMs, now()));
    const result = [];
    for (let at = Math.ceil(Math.max(fromMs, extentFromMs) / stepMs) * stepMs; at <= Math.min(toMs, now()); at += stepMs)
      result.push({ atMs: at, value: signals.value(seriesId, at) });
    return result;
  };

  const frames = (fromMs: number, toMs: number): TelemetryFrame[] => {
    const atMs: number[] = [];
    for (let at = Math.ceil((fromMs + 1) / 1000) * 1000; at <= toMs; at += 1000) atMs.push(at);
    const result: TelemetryFrame[] = [];
    if (atMs.length > 0 && signals.series.length > 0) {
      result.push(
        telemetryFrame(
          atMs,
          signals.series.map((series) => series.id),
          signals.series.map((series) => atMs.map((at) => signals.value(series.id, at))),
        ),
      );
    }
    for (const series of runs.flatMap((run) => run.series)) {
      const samples = samplesOf(series.id, fromMs, toMs, 1000);
      if (samples.length > 0)
        result.push(
          telemetryFrame(
            samples.map((sample) => sample.atMs),
            [series.id],
            [samples.map((sample) => sample.value)],
          ),
        );
    }
    return result;
  };

  return {
    commands: {
      'app.info': () => ({
        version: '0.1.0',
        host: 'headless',
        platform: 'linux-x64',
        dataDir: '/home/ops/.config/coldaisle',
        databaseBytes: 48_324_608,
        startedAtMs,
        scenario: null,
        notices: scenario === 'gpus' ? [{ code: 'database-set-aside', detail: 'coldaisle.db.damaged-2026-11-23' }] : [],
      }),
      'log.read': () => ({
        path: '/home/ops/.config/coldaisle/logs/core.log',
        text: '2026-11-23T14:00:00.000Z info the room is metered\n',
      }),
      'storage.status': () => ({
        bytes: 48_324_608,
        freeBytes: 0,
        samples: 4.1e7,
        bytesPerSample: 1.1,
        bytesPerSampleRaw: 0.9,
        levels: [],
        waiting: 0,
        estimate: null,
        quarantined: 0,
        quarantinedSeries: { count: 0, first: [] },
      }),
      'energy.query': ({ fromMs, toMs }) => ({ edgesMs: [fromMs, toMs], rows: [], omitted: 0, gapMs: [0], sinceMs: null, untilMs: null }),
      'energy.pue': ({ period }) => ({
        period,
        fromMs: now() - 86_400_000,
        toMs: now(),
        ratio:
          period === 'hour'
            ? { ...quantity(1.412, '1', 'modelled', 3_580_000), coverage: 0.994 }
            : { ...withheld('1', 'low-coverage', 'modelled'), coverage: 0.31 },
        category: null,
        meteredItShare: 0.83,
        isSoFar: period === 'year',
      }),
      'collectors.set': () => ({}),
      'collectors.add': () => ({ id: 'feed-1' }),
      'collectors.remove': () => ({}),
      'collectors.test': () => ({ readings: [] }),
      'events.query': () => ({ events: [] }),
      'events.annotate': (note) => ({ id: 1, kind: 'note', code: '', severity: 'info', values: null, by: 'person', ...note }),
      'events.revise': (note) => ({ kind: 'note', code: '', severity: 'info', values: null, by: 'person', ...note }),
      'events.remove': () => ({}),
      'power.forgetDevice': () => ({}),
      'inventory.get': () => ({
        hostname: 'aisle-07',
        os: 'Debian GNU/Linux 12',
        cpu: { brand: 'AMD EPYC 7763 64-Core Processor', sockets: 1, physicalCores: 64, logicalCores: 128 },
        memoryBytes: 6.87e10,
        gpus:
          scenario === 'gpus'
            ? Array.from({ length: 8 }, (_, i) => ({
                device: `gpu${i}`,
                name: 'NVIDIA H100 80GB HBM3',
                powerLimitW: 700,
                driver: '570.86.10',
              }))
            : [],
        disks: [{ device: 'nvme0n1', name: 'Samsung SSD 990 PRO 2TB', bytes: 2e12 }],
      }),
      'doctor.report': () => ({
        items: [
          {
            id: 'sensor.cpu',
            group: 'sensor',
            name: message('doctor.item.sensor.cpu'),
            state: 'works',
            detail: message('message.cpu.works', { brand: 'AMD EPYC 7763', threads: 128, source: '/proc/stat' }),
            repair: null,
          },
          {
            id: 'sensor.rapl',
            group: 'sensor',
            name: message('doctor.item.sensor.rapl'),
            state: 'failing',
            detail: message('message.rapl.dead', { instead: message('message.cpuPower.settings') }),
            repair: 'sudo chmod -R a+r /sys/class/powercap/intel-rapl*',
          },
          scenario === 'gpus'
            ? {
                id: 'sensor.temperature',
                group: 'sensor',
                name: message('doctor.item.sensor.temperature'),
                state: 'works',
                detail: message('message.temperature.works', { count: 11 }),
                repair: null,
              }
            : {
                id: 'sensor.temperature',
                group: 'sensor',
                name: message('doctor.item.sensor.temperature'),
                state: 'missing',
                detail: message('message.temperature.noDriver'),
                repair: 'sudo apt-get install lm-sensors && sudo sensors-detect --auto',
              },
          {
            id: 'sensor.pdu',
            group: 'sensor',
            name: 'PDU 1',
            state: 'failing',
            detail: message('message.hung', { why: message('message.noAnswer', { seconds: 5 }) }),
            repair: null,
          },
          {
            id: 'engine.wasm',
            group: 'engine',
            name: message('doctor.item.engine.wasm'),
            state: 'works',
            detail: 'SIMD, tfjs 4.22.0',
            repair: null,
          },
          {
            id: 'engine.cuda',
            group: 'engine',
            name: message('doctor.item.engine.cuda'),
            state: 'missing',
            detail: message('message.engine.notInstalled'),
            repair: 'npm start -- engine cuda',
          },
          {
            id: 'storage.recording',
            group: 'storage',
            name: message('doctor.item.storage.recording'),
            state: 'works',
            detail: message('message.recording.works'),
            repair: null,
          },
        ],
      }),
      'engines.list': () => ({
        engines: [
          { id: 'wasm', available: true, detail: 'SIMD, tfjs 4.22.0', repair: null },
          { id: 'cuda', available: false, detail: message('message.engine.notInstalled'), repair: 'npm start -- engine cuda' },
        ],
      }),
      'series.list': () => ({ series: allSeries() }),
      'series.find': ({ ids = [], devices = [] }) => ({
        series: allSeries().filter(({ id, device }) => ids.includes(id) || devices.includes(device)),
      }),
      'history.query': ({ seriesIds, fromMs, toMs, maxPoints }) => {
        const bucketMs = Math.max(1000, Math.ceil((toMs - fromMs) / maxPoints / 1000) * 1000);
        return {
          bucketMs,
          columns: seriesIds.map((seriesId) =>
            bucketed(seriesId, samplesOf(seriesId, fromMs, toMs, Math.max(1000, bucketMs / 4)), bucketMs),
          ),
        };
      },
      'history.extent': () => (scenario === 'empty' ? { fromMs: null, toMs: null } : { fromMs: extentFromMs, toMs: now() }),
      'runs.list': ({ offset, limit }) => ({
        rows: runs.slice(offset, offset + limit).map((run) => rowOf(run.run(now()))),
        total: runs.length,
      }),
      'runs.facets': () => ({ runs: runs.length, tags: [], kinds: ['recipe'], scalars: ['loss'], params: Object.keys(exampleParams) }),
      'runs.update': () => ({}),
      'runs.get': ({ runId }) => find(runId).run(now()),
      'runs.start': ({ engine, params }) => {
        if (engine === 'cuda') throw new AppError('engine-unavailable', '@tensorflow/tfjs-node-gpu is not installed');
        const run = new FakeRun(
          `r${now().toString(16)}`,
          numbersOf({ ...exampleParams, ...params }, paramNames),
          now(),
          null,
          runs.length + 4,
        );
        runs = [run, ...runs];
        return { runId: run.id };
      },
      'runs.stop': ({ runId }) => {
        const stopped = find(runId).stopAt(now());
        runs = runs.map((run) => (run.id === runId ? stopped : run));
        return {};
      },
      'runs.delete': ({ runId }) => {
        find(runId);
        runs = runs.filter((run) => run.id !== runId);
        return {};
      },
      'runs.curves': (query) => ({ curves: query.runIds.flatMap((runId) => curvesOf(find(runId), now(), query)), energy: [] }),
      'runs.log': ({ runId, query }) => {
        const lines = find(runId).log(now());
        return { ...extentOf(lines), lines: lines.filter(({ seq }) => seq >= (query.fromLine ?? 1)).slice(0, query.limit), next: null };
      },
      'tree.get': () => tree(),
      'tree.edit': () => {
        throw new AppError('conflict', 'the fake room is not edited');
      },
      'export.start': () => ({ id: null, url: null }),
      'export.cancel': () => ({}),
      'settings.get': () => settings,
      'settings.set': (patch) => {
        settings = { ...settings, ...(patch as Partial<Settings>) };
        settingsChanged.emit(settings);
        return settings;
      },
      'secrets.set': () => ({}),
      'secrets.list': () => ({ secrets: [] }),
      'secrets.remove': ({ id }) => {
        throw new AppError('not-found', `There is no secret ${id}.`);
      },
      ...backups.commands,
      ...imports.commands,
    },
    streams: {
      'secrets.live': (_, sink) => {
        sink.push({ secrets: [], keeping: null });
        return toDisposable(() => undefined);
      },
      'collectors.live': (_, sink) => {
        sink.push({ kinds: [], collectors: [] });
        return { dispose: () => undefined };
      },
      'events.live': (_, sink) => {
        sink.push({ events: [], removed: [] });
        return { dispose: () => undefined };
      },
      'processes.live': (_, sink) => {
        sink.push({ gpu: [], host: [] });
        return { dispose: () => undefined };
      },
      'energy.changed': (_, sink) => {
        sink.push({ atMs: now() });
        return { dispose: () => undefined };
      },
      'telemetry.live': ({ sinceMs }, sink) => {
        let sentMs = Math.max(sinceMs, now() - BACKLOG_MS);
        const send = (): void => {
          const untilMs = Math.floor(now() / 1000) * 1000;
          if (untilMs <= sentMs) return;
          for (const frame of frames(sentMs, untilMs)) sink.push(frame);
          sentMs = untilMs;
        };
        send();
        return every(250, send);
      },
      'series.live': (_, sink) => {
        let known = -1;
        const send = (): void => {
          const series = allSeries();
          if (series.length === known) return;
          known = series.length;
          sink.push({ full: true, series, removed: [] });
        };
        send();
        return every(1000, send);
      },
      'room.live': (_, sink) => {
        const send = (): void => sink.push(roomAt(now()));
        send();
        return every(1000, send);
      },
      'runs.live': (_, sink) => {
        let ids = '';
        const send = (): void => {
          const changed = runs.map((run) => run.id).join();
          sink.push({ full: changed !== ids, runs: runs.map((run) => rowOf(run.run(now()))), deleted: [] });
          ids = changed;
        };
        send();
        return every(500, send);
      },
      'run.log': ({ runId }, sink) => {
        const lines = find(runId).log(now());
        sink.push({ ...extentOf(lines), lines });
        return toDisposable(() => undefined);
      },
      'run.live': ({ runId }, sink) => {
        const send = (): void => {
          const run = runs.find((candidate) => candidate.id === runId);
          if (!run) {
            sink.end(new AppError('not-found', `no run is called ${runId}`));
            return;
          }
          sink.push({ run: run.run(now()), curves: true });
        };
        send();
        return every(250, send);
      },
      'tree.live': (_, sink) => {
        sink.push(tree());
        return toDisposable(() => undefined);
      },
      'devices.live': (_, sink) => {
        sink.push({ devices: [] });
        return toDisposable(() => undefined);
      },
      'settings.live': (_, sink) => {
        sink.push(settings);
        return settingsChanged.on((value) => sink.push(value));
      },
      'settings.unreadable': (_, sink) => {
        sink.push({ sections: [] });
        return toDisposable(() => undefined);
      },
      'exports.live': (_, sink) => {
        sink.push({ exports: [] });
        return toDisposable(() => undefined);
      },
      ...backups.streams,
      ...imports.streams,
    },
  };

  function roomAt(atMs: number): RoomSummary {
    const one = (metric: Parameters<Signals['now']>[0], unit: string, provenance: Quantity['provenance']): Quantity => {
      const [first] = signals.now(metric, atMs);
      return first ? quantity(first.value, unit, provenance) : withheld(unit, 'no-sensor', provenance);
    };
    const facility = one('facility.power', 'W', 'modelled');
    const perHour = (unit: string, factor: number): Quantity =>
      facility.value === null ? withheld(unit, 'no-sensor', 'modelled') : quantity((facility.value / 1000) * factor, unit, 'modelled');
    const gpuLoads = signals.now('gpu.load', atMs);
    const hottest = [...signals.now('cpu.temperature', atMs), ...signals.now('gpu.temperature', atMs)].sort((a, b) => b.value - a.value)[0];
    return {
      atMs,
      itPowerW: one('it.power', 'W', 'modelled'),
      facilityPowerW: facility,
      powerRatio: one('facility.power_ratio', '1', 'modelled'),
      meteredItShare: scenario === 'gpus' ? 0.98 : 0,
      costPerHour: perHour(`${settings.tariff.currency}/h`, settings.tariff.pricePerKwh),
      co2ePerHourKg: perHour('kg/h', settings.carbon.gridKgPerKwh),
      cpuLoadPercent: one('cpu.load', '%', 'measured'),
      gpuLoadPercent:
        gpuLoads.length === 0
          ? withheld('%', 'no-sensor')
          : quantity(gpuLoads.reduce((sum, load) => sum + load.value, 0) / gpuLoads.length, '%', 'derived'),
      hottest: hottest
        ? { tempC: quantity(hottest.value, '°C', 'measured'), label: hottest.label }
        : { tempC: withheld('°C', 'no-sensor', 'measured'), label: null },
      runningJobs: runs.filter((run) => run.run(atMs).status === 'running').length,
      queuedJobs: 0,
      meters: [],
      uncounted: settings.power.excludedDevices.map((device) => ({ device, label: device, why: 'excluded' as const })),
      silent: [],
      parts: (['cpu.power', 'gpu.power', 'host.base.power'] as const).flatMap((metric) =>
        signals.now(metric, atMs).map(({ value, label, device }) => ({
          device,
          label,
          powerW: quantity(value, 'W', metric === 'host.base.power' ? ('modelled' as const) : ('measured' as const)),
        })),
      ),
    };
  }
}

function bucketed(seriesId: number, samples: readonly { atMs: number; value: number | null }[], bucketMs: number): HistoryColumns {
  const buckets = new Map<number, number[]>();
  for (const { atMs, value } of samples) {
    const at = Math.floor(atMs / bucketMs) * bucketMs;
    const bucket = buckets.get(at) ?? [];
    buckets.set(at, bucket);
    if (value !== null) bucket.push(value);
  }
  const of = (what: (values: number[]) => number): Float64Array =>
    Float64Array.from(buckets.values(), (values) => (values.length === 0 ? Number.NaN : what(values)));
  return {
    seriesId,
    atMs: Float64Array.from(buckets.keys()),
    min: of((values) => Math.min(...values)),
    max: of((values) => Math.max(...values)),
    mean: of((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
  };
}

function extentOf(lines: readonly LogLine[]): RunLogExtent {
  return { lastLine: lines.length, dropped: null, bytes: lines.length * 60 };
}
