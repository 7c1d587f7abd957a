import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { CommandOutput } from '@shared/contract';
import type { AppError } from '@shared/contract/errors';
import type { DeviceRecord } from '@shared/model/device-record';
import type { DeviceTree } from '@shared/model/device-tree';
import { isFinal } from '@shared/model/run';
import type { RunRow } from '@shared/model/run-list';
import type { RoomSummary } from '@shared/model/room';
import type { Series } from '@shared/model/series';
import type { Settings, UnreadableSection } from '@shared/model/settings';
import type { RpcClient } from '@shared/rpc/client';
import { liveChoice, type LiveChoice } from './live-choice';
import { valueOf, type Loadable } from './loadable';
import { Queries } from './queries';
import { reduceSeries, SeriesList } from './series-list';
import { SettingsChanges } from './settings-changes';
import { Store, type Readable } from './store';
import { StreamStore } from './stream-store';
import { fetchFile } from './save-file';
import { Telemetry } from './telemetry';
import { Work } from './work';

interface SharedStream {
  readonly failure: Store<AppError | null>;
  readonly resume: () => void;
}

/** What every page of the window shares: the client and the streams that are always listened to. */
export class Services implements Disposable {
  private readonly stops = new DisposableStore();
  readonly room: StreamStore<'room.live', RoomSummary>;
  /** Those that wait or are under way. */
  readonly runs: StreamStore<'runs.live', readonly RunRow[]>;
  /** The living ones. */
  readonly livingSeries: StreamStore<'series.live', readonly Series[]>;
  readonly series: SeriesList;
  readonly settings: StreamStore<'settings.live', Settings>;
  readonly unreadableSettings: StreamStore<'settings.unreadable', readonly UnreadableSection[]>;
  readonly settingsChanges: SettingsChanges;
  readonly tree: StreamStore<'tree.live', DeviceTree>;
  readonly devices: StreamStore<'devices.live', readonly DeviceRecord[]>;
  readonly telemetry: Telemetry;
  /** What the core was asked. */
  readonly queries: Queries;
  readonly info: Readable<Loadable<CommandOutput<'app.info'>>>;
  /** The streams of it all: why one comes no more, and the way to ask for it again. */
  readonly shared: readonly SharedStream[];
  /** Uploads, imports, exports, backups. */
  readonly work: Work;

  constructor(readonly client: RpcClient) {
    this.room = this.stops.add(new StreamStore(client, 'room.live', {}, (_, frame) => frame));
    this.runs = this.stops.add(new StreamStore<'runs.live', readonly RunRow[]>(client, 'runs.live', {}, reduceRuns));
    this.livingSeries = this.stops.add(new StreamStore<'series.live', readonly Series[]>(client, 'series.live', {}, reduceSeries));
    this.series = this.stops.add(new SeriesList(client, this.livingSeries));
    this.settings = this.stops.add(new StreamStore(client, 'settings.live', {}, (_, frame) => frame));
    this.unreadableSettings = this.stops.add(
      new StreamStore<'settings.unreadable', readonly UnreadableSection[]>(
        client,
        'settings.unreadable',
        {},
        (_, { sections }) => sections,
      ),
    );
    this.settingsChanges = new SettingsChanges(client);
    this.tree = this.stops.add(new StreamStore(client, 'tree.live', {}, (_, frame) => frame));
    this.devices = this.stops.add(
      new StreamStore<'devices.live', readonly DeviceRecord[]>(client, 'devices.live', {}, (_, { devices }) => devices),
    );
    const live = new Store<LiveChoice>(null);
    this.stops.defer(
      this.livingSeries.subscribe(() => {
        const series = valueOf(this.livingSeries.get());
        if (!series) return;
        live.set(liveChoice(live.get(), series));
        this.telemetry.keep(new Set(series.map(({ id }) => id)));
      }),
    );
    this.telemetry = this.stops.add(new Telemetry(client, live));
    this.work = this.stops.add(new Work(client, { fetchFile, clock: () => performance.now() }));
    this.queries = this.stops.add(new Queries(client));
    this.info = this.stops.add(this.queries.keep('app.info', {}));
    this.shared = [this.telemetry, this.room, this.runs, this.livingSeries, this.settings, this.tree, this.devices];
  }

  dispose(): void {
    this.stops.dispose();
  }
}

/** Living runs, newest first: a full frame replaces, a partial one updates by id; what has ended or is deleted leaves. */
export function reduceRuns(
  before: readonly RunRow[] | null,
  frame: { readonly full: boolean; readonly runs: readonly RunRow[]; readonly deleted: readonly string[] },
): readonly RunRow[] {
  const changed = new Set([...frame.deleted, ...frame.runs.map((run) => run.id)]);
  const kept = before === null || frame.full ? [] : before.filter((run) => !changed.has(run.id));
  return [...kept, ...frame.runs.filter((run) => !isFinal(run.status))].sort((a, b) => b.createdAtMs - a.createdAtMs);
}
