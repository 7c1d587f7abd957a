import type { Log } from '@shared/base/log';
import type { ScalarPoints } from '@shared/model/curve';
import type { MadeFiles } from '@shared/model/made-files';
import { IMPORTED_KIND, isFinal, type Run } from '@shared/model/run';
import type { RunFacets, RunPage, RunQuery } from '@shared/model/run-list';
import type { RunSnapshot } from '@shared/model/run-snapshot';
import type { WriteHandle } from '../../file/open';
import { repository } from '../../repository';
import { curves } from '../../samples/curves/repository';
import type { CurveTables } from '../../samples/curves/tables';
import { samples } from '../../samples/repository';
import type { SampleTables } from '../../samples/samples';
import { runBills } from './0010-run-bills';
import { runList } from './0012-run-list';
import { runLogFiles } from './0020-run-log-files';
import { runInterruptions } from './0023-run-interruptions';
import { runBest } from './0024-run-best';
import { runLaunch } from './0028-run-launch';
import { runFilesMade } from './0036-run-files';
import { runArguments } from './0037-run-arguments';
import { readRun, runColumns, runValues, type RunRow } from './rows';
import { openRunIndex } from './run-index';
import { runListQueries } from './run-list';
import { madeFilesPart, snapshotPart } from './run-parts';

/** When a run was under way; `endedAtMs` null = it still is. */
export interface RunSpan {
  readonly id: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
}

/** What is new of one run; any part may be empty. */
export interface RunAppend {
  /** Added to its curves in the order told. */
  readonly curves?: readonly ScalarPoints[];
  /** Curves that go, with all their points, before those are added. */
  readonly dropped?: readonly string[];
}

export interface RunTables {
  /** Puts the run's row and its new points in one transaction. Inserts a run not seen before. */
  save(run: Run, append?: RunAppend): void;
  /** Deletes the run, its curves, and the series `run/<id>` with their samples. False when there was no such run. */
  delete(runId: string): boolean;
  list(): Run[];
  /** Runs that wait or are under way, oldest first. */
  unfinished(): Run[];
  /** Runs that are over and whose bill no core made final: it was lost before. */
  unbilled(): Run[];
  /** Which runs were under way on this machine at some moment of this time. */
  underWay(fromMs: number, toMs: number): RunSpan[];
  get(runId: string): Run | null;
  /** Keeps what there was when it began; nothing is kept of a run that is deleted. */
  putSnapshot(runId: string, snapshot: RunSnapshot): void;
  /** Keeps which files its program made. */
  putFiles(runId: string, files: MadeFiles): void;
  /** The ids of the secrets that runs have in their environment or their command. */
  secretsInUse(): ReadonlySet<string>;
}

/** The writer's side of `run` and what hangs on it. */
function openRunTables(
  db: WriteHandle,
  log: Log,
  series: Pick<SampleTables, 'dropDevice' | 'endDevice' | 'forgetDeleted'>,
  curvesOfRuns: Pick<CurveTables, 'append' | 'drop' | 'settle'>,
): RunTables {
  const columns = runColumns.join(', ');
  const updates = runColumns.filter((column) => column !== 'id').map((column) => `${column} = excluded.${column}`);
  const put = db.query<{ key: number }>(
    `INSERT INTO run (${columns}) VALUES (${runColumns.map(() => '?').join(', ')}) ON CONFLICT (id) DO UPDATE SET ${updates.join(', ')} RETURNING key`,
  );
  const selectAll = db.query<RunRow>(`SELECT ${columns} FROM run ORDER BY created_at_ms DESC, key DESC`);
  const selectUnfinished = db.query<RunRow>(
    `SELECT ${columns} FROM run WHERE status NOT IN ('succeeded', 'failed', 'stopped') ORDER BY created_at_ms, key`,
  );
  const selectUnbilled = db.query<RunRow>(`SELECT ${columns} FROM run WHERE unbilled = 1 ORDER BY key`);
  const selectUnderWay = db.query<RunSpan>(
    `SELECT id, started_at_ms AS startedAtMs, ended_at_ms AS endedAtMs FROM run
     WHERE (ended_at_ms > ? OR ended_at_ms IS NULL) AND started_at_ms < ? AND kind <> '${IMPORTED_KIND}' ORDER BY key`,
  );
  const selectOne = db.query<RunRow>(`SELECT ${columns} FROM run WHERE id = ?`);
  const selectSecrets = db.query<{ id: string }>(
    `SELECT secret.value AS id FROM run, json_each(run.launch, '$.secrets') AS secret WHERE run.launch LIKE '%"secrets":{"%'
     UNION ALL SELECT secret.value FROM run, json_each(run.launch, '$.secretArguments') AS word, json_each(word.value, '$.secrets') AS secret
     WHERE run.launch LIKE '%"secretArguments":[{%'`,
  );
  const deleteRun = db.change('DELETE FROM run WHERE id = ?');

  const index = openRunIndex(db, log);
  const insert = (run: Run, append: RunAppend): void =>
    db.transaction(() => {
      const key = put.get(...runValues(run))?.key;
      if (key === undefined) throw new Error(`run ${run.id} was not stored`);
      index.put(key, run);
      curvesOfRuns.drop(key, append.dropped ?? []);
      curvesOfRuns.append(key, append.curves ?? []);
      if (isFinal(run.status)) {
        series.endDevice(`run/${run.id}`);
        curvesOfRuns.settle(key);
      }
    });

  return {
    save(run, append = {}) {
      try {
        insert(run, append);
      } catch (error) {
        index.undone();
        throw error;
      }
    },
    delete(runId) {
      const deleted = db.transaction(() => {
        series.dropDevice(`run/${runId}`);
        return deleteRun.run(runId) > 0;
      });
      series.forgetDeleted();
      return deleted;
    },
    unfinished: () => selectUnfinished.all().map((row) => readRun(row, log)),
    unbilled: () => selectUnbilled.all().map((row) => readRun(row, log)),
    underWay: (fromMs, toMs) => selectUnderWay.all(fromMs, toMs),
    putSnapshot: snapshotPart.write(db),
    putFiles: madeFilesPart.write(db),
    list: () => selectAll.all().map((row) => readRun(row, log)),
    secretsInUse: () => new Set(selectSecrets.all().map(({ id }) => id)),
    get(runId) {
      const row = selectOne.get(runId);
      return row === undefined ? null : readRun(row, log);
    },
  };
}

/** The runs and what hangs on them. */
export const runs = repository({
  migrations: [runBills, runList, runLogFiles, runInterruptions, runBest, runLaunch, runFilesMade, runArguments],
  write: ({ db, log, of }) => openRunTables(db, log, of(samples), of(curves)),
  // What cannot be read of a run the writer says in the log, when it loads it.
  prepare: ({ db }) => ({ ...runListQueries(db, () => undefined), snapshotOf: snapshotPart.query(db), filesOf: madeFilesPart.query(db) }),
  queries: {
    /** One page of a list: what it costs depends on its length, not on how many runs there are. */
    page: (list, query: RunQuery): RunPage => list.page(query),
    /** What the list can be filtered and sorted by. */
    facets: (list): RunFacets => list.facets(),
    /** What there was when it began; null = none was taken. */
    snapshot: ({ snapshotOf }, runId: string): RunSnapshot | null => snapshotOf(runId),
    /** The files that its program made; null = they were not listed, as of a version that did not. */
    files: ({ filesOf }, runId: string): MadeFiles | null => filesOf(runId),
  },
});
