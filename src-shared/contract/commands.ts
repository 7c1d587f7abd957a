import { z } from 'zod';
import { DeviceTree, TreeOperation } from '../model/device-tree';
import { DoctorItem } from '../model/doctor';
import { EnergyAnswer, EnergyQuery, Pue, PuePeriod } from '../model/energy';
import { Said } from '../phrases/phrase';
import { Annotation, RecordedEvent } from '../model/event';
import { GpuProcess, HostProcess } from '../model/processes';
import { IMPORT_PIECE_BYTES, ImportPlan, ImportPreview } from '../model/import';
import { EngineId, RecipeId, TrainParams } from '../model/recipes';
import { Inventory } from '../model/room';
import { LogLine, Run, RunId } from '../model/run';
import { DeviceId, HistoryColumns, Series } from '../model/series';
import { Settings, SettingsPatch } from '../model/settings';
import { StorageStatus } from '../model/storage';

const command = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): { input: I; output: O } => ({ input, output });
const nothing = z.object({});
const importId = z.object({ id: z.string().min(1).max(40) });
const runId = z.object({ runId: RunId });

/** A span of wall clock, ms since the epoch; `toMs` after `fromMs`. */
export const TimeRange = z
  .object({ fromMs: z.number().int().nonnegative(), toMs: z.number().int().nonnegative() })
  .refine((r) => r.toMs > r.fromMs, { message: 'toMs must be after fromMs' });

const historySelection = z.object({
  seriesIds: z.array(z.number().int().positive()).min(1).max(256),
  fromMs: z.number().int().nonnegative(),
  toMs: z.number().int().nonnegative(),
});

/** Everything a page can ask of the core, once: name → input and output. */
export const commands = {
  /** `scenario`: the simulated room that is shown instead of this machine; null = the real one. */
  'app.info': command(
    nothing,
    z.object({
      version: z.string(),
      host: z.enum(['desktop', 'headless']),
      platform: z.string(),
      dataDir: z.string(),
      databaseBytes: z.number(),
      startedAtMs: z.number(),
      scenario: z.string().nullable(),
      notices: z.array(z.object({ code: z.enum(['database-set-aside']), detail: z.string() })),
    }),
  ),
  /** The core's log: where it lies (null = it is not kept) and its newest lines. */
  'log.read': command(nothing, z.object({ path: z.string().nullable(), text: z.string() })),
  'inventory.get': command(nothing, Inventory),
  'doctor.report': command(nothing, z.object({ items: z.array(DoctorItem) })),
  'engines.list': command(
    nothing,
    z.object({ engines: z.array(z.object({ id: EngineId, available: z.boolean(), detail: Said, repair: z.string().nullable() })) }),
  ),
  'series.list': command(nothing, z.object({ series: z.array(Series) })),
  'history.query': command(
    historySelection
      .extend({ maxPoints: z.number().int().min(2).max(10_000) })
      .refine((r) => r.toMs > r.fromMs, { message: 'toMs must be after fromMs' }),
    z.object({ bucketMs: z.number(), columns: z.array(HistoryColumns) }),
  ),
  'history.extent': command(nothing, z.object({ fromMs: z.number().nullable(), toMs: z.number().nullable() })),
  /** What was drawn, by the ledger. Fails with `invalid-input` for a time zone that is none, `too-large`. */
  'energy.query': command(EnergyQuery, EnergyAnswer),
  'energy.pue': command(z.object({ period: PuePeriod }), Pue),
  'storage.status': command(nothing, StorageStatus),
  'events.query': command(
    z.object({
      fromMs: z.number().int().nonnegative(),
      toMs: z.number().int().nonnegative(),
      /** Left out = all. */
      devices: z.array(DeviceId).max(256).optional(),
      kinds: z.array(z.string().min(1).max(40)).max(32).optional(),
      /** The newest so many. */
      limit: z.number().int().min(1).max(10_000).default(1_000),
    }),
    z.object({ events: z.array(RecordedEvent) }),
  ),
  /** Writes a note of a person's. */
  'events.annotate': command(Annotation, RecordedEvent),
  /** Changes one, or takes it away; fails with `not-found` for what is none (any more), also for an event of a device. */
  'events.revise': command(Annotation.extend({ id: z.number().int().positive() }), RecordedEvent),
  'events.remove': command(z.object({ id: z.number().int().positive() }), nothing),
  /** The newest tables of processes, asked for about every ten seconds. */
  'processes.list': command(nothing, z.object({ gpu: z.array(GpuProcess), host: z.array(HostProcess) })),
  'runs.list': command(nothing, z.object({ runs: z.array(Run) })),
  'runs.get': command(runId, Run),
  'runs.start': command(z.object({ recipe: RecipeId, engine: EngineId, params: TrainParams }), z.object({ runId: z.string() })),
  'runs.stop': command(runId, nothing),
  'runs.delete': command(runId, nothing),
  'runs.log': command(runId.extend({ afterSeq: z.number().int().min(0) }), z.object({ lines: z.array(LogLine) })),
  /** A consistent copy of the database into the folder of backups; answered when it is made and checked. Cancelling removes it. */
  'backup.create': command(nothing, z.object({ name: z.string() })),
  /** Checks a backup and lays it ready; the next start puts it in the database's place and sets that aside. */
  'backup.restore': command(z.object({ name: z.string().min(1).max(255) }), nothing),
  /** Gives up the restore that waits for the next start. */
  'backup.unstage': command(nothing, nothing),
  /** Lets a person choose a file on this machine in a dialog of the host; null = they chose none. Only where `import.live` says so. */
  'import.choose': command(nothing, z.object({ id: z.string().nullable() })),
  /** A file that the page is to send; the same file again goes on where it was. */
  'import.offer': command(
    z.object({ name: z.string().min(1).max(255), bytes: z.number().int().positive(), modifiedMs: z.number() }),
    z.object({ id: z.string(), receivedBytes: z.number() }),
  ),
  /** Its next piece, IMPORT_PIECE_BYTES at most; fails with `conflict` when it does not begin where the last ended. */
  'import.piece': command(
    importId.extend({
      offset: z.number().int().nonnegative(),
      base64: z
        .string()
        .min(4)
        .max(Math.ceil((IMPORT_PIECE_BYTES * 4) / 3) + 4),
    }),
    z.object({ receivedBytes: z.number() }),
  ),
  /** Begins an import, or goes on with it; answered at once. One runs at a time: `conflict`. */
  'import.start': command(importId.extend({ plan: ImportPlan }), nothing),
  /** How a file would be read by this plan. */
  'import.preview': command(importId.extend({ plan: ImportPlan }), ImportPreview),
  /** Answered when it stands. */
  'import.stop': command(importId, nothing),
  /** Takes it off the list, with its report. What is in the database stays. */
  'import.forget': command(importId, nothing),
  'settings.get': command(nothing, Settings),
  'settings.set': command(SettingsPatch, Settings),
  /** A person says that a device whose power is waited for is gone for good, with all that hangs on it; `not-found` when none of it is known. */
  'power.forgetDevice': command(z.object({ device: DeviceId }), nothing),
  'tree.get': command(nothing, DeviceTree),
  /** All or none. Fails with `conflict` when the tree is no longer the one of `revision`, `not-found` or `invalid-input` by the first operation that cannot be done. */
  'tree.edit': command(
    z.object({ revision: z.number().int().nonnegative(), operations: z.array(TreeOperation).min(1).max(64) }),
    DeviceTree,
  ),
} as const;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
export type CommandInput<N extends CommandName> = z.input<Commands[N]['input']>;
export type CommandOutput<N extends CommandName> = z.output<Commands[N]['output']>;

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}
