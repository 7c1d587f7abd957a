import { stat } from 'node:fs/promises';
import type { runsCommands, runsStreams } from '@shared/contract/runs';
import { DisposableStore, type Disposable } from '@shared/base/disposable';
import type { RunFrame } from '@shared/contract/runs';
import { AppError } from '@shared/contract/errors';
import type { CommandHandlers, FrameSink, StreamHandlers } from '@shared/rpc/api';
import type { Run } from '@shared/model/run';
import { rowOf, type RunRow } from '@shared/model/run-list';
import { message } from '@shared/text/message';
import { readEfficiency } from '../energy/run-efficiency';
import { abortSignal } from './abort-signal';
import { readArtifacts } from '../jobs/artifacts';
import type { Jobs } from '../jobs/jobs-api';
import { fileLog, runLog } from './run-log';
import { liveValue } from './live';
import type { Services } from './services';

type Own = Pick<CommandHandlers, keyof typeof runsCommands>;
type OwnStreams = Pick<StreamHandlers, keyof typeof runsStreams>;

export function runsApi({ runs: jobs, snapshots, logs, textLogs, reader, options }: Services): Own {
  return {
    async 'runs.list'(query, cancellation) {
      const { rows, total } = await reader.runs.page(query, abortSignal(cancellation));
      // What is not stored yet is known here.
      return { rows: rows.map((row) => rowNow(jobs, row)), total };
    },
    'runs.facets': (_, cancellation) => reader.runs.facets(undefined, abortSignal(cancellation)),
    'runs.get': ({ runId }) => known(jobs, runId),
    'runs.start': (input) => ({ runId: jobs.start(input) }),
    'runs.resume': ({ runId, engine }) => ({ runId: jobs.resumeRun(runId, engine) }),
    'runs.update': ({ runId, labels }) => {
      jobs.label(runId, labels);
      return {};
    },
    'runs.stop': ({ runId }) => {
      known(jobs, runId);
      jobs.stop(runId);
      return {};
    },
    'runs.delete': ({ runId }) => {
      known(jobs, runId);
      jobs.delete(runId);
      return {};
    },
    'runs.log': ({ runId, file, query }, cancellation) => {
      known(jobs, runId);
      const signal = abortSignal(cancellation);
      return file === null ? logs.read(runId, query, signal) : textLogs.read(runId, file, query, signal);
    },
    async 'runs.devices'({ runId }, cancellation) {
      const { startedAtMs, endedAtMs } = known(jobs, runId);
      if (startedAtMs === null) return { devices: [] };
      const span = { fromMs: startedAtMs, toMs: endedAtMs ?? Date.now() };
      return { devices: await reader.ledger.runPlaces({ runId, ...span }, abortSignal(cancellation)) };
    },
    async 'runs.snapshot'({ runId }, cancellation) {
      known(jobs, runId);
      await snapshots.settled(runId);
      return { snapshot: await reader.runs.snapshot(runId, abortSignal(cancellation)) };
    },
    'runs.efficiency': ({ runId }, cancellation) => readEfficiency(reader, known(jobs, runId), Date.now(), abortSignal(cancellation)),
    'runs.artifacts': ({ runId }, cancellation) => {
      known(jobs, runId);
      return readArtifacts(jobs.artifactsOf(runId), abortSignal(cancellation));
    },
    async 'runs.openFolder'({ runId }) {
      known(jobs, runId);
      if (options.openFolder === undefined) throw new AppError('invalid-input', message('message.run.noDesktop'));
      const path = jobs.artifactsOf(runId);
      if (!(await isFolder(path))) throw new AppError('not-found', message('message.run.noFolder'));
      options.openFolder(path);
      return {};
    },
  };
}

export function runsStreamsApi({ runs: jobs, logs, textLogs }: Services): OwnStreams {
  return {
    'runs.live': (_params, sink) => {
      const started = new DisposableStore();
      sink.push({ full: true, runs: jobs.living().map(rowOf), deleted: [] });
      started.add(jobs.onRun((run) => sink.push({ full: false, runs: [rowOf(run)], deleted: [] })));
      started.add(jobs.onDeleted((runId) => sink.push({ full: false, runs: [], deleted: [runId] })));
      return started;
    },
    'run.live': ({ runId }, sink) => runLive(jobs, runId, sink),
    'run.log': ({ runId, file }, sink) =>
      file === null ? runLog(jobs, logs, runId, sink) : fileLog(jobs, textLogs, { runId, file }, sink),
    'run.logFiles': ({ runId }, sink) => {
      known(jobs, runId);
      return liveValue(sink, { files: textLogs.of(runId) }, (listener) => textLogs.follow(runId, (files) => listener({ files })));
    },
  };
}

function runLive(jobs: Jobs, runId: string, sink: FrameSink<RunFrame>): Disposable {
  const started = new DisposableStore();
  const run = jobs.get(runId);
  if (run === null) {
    sink.end(new AppError('not-found', message('message.run.none', { run: runId })));
    return started;
  }
  sink.push({ run, curves: true });
  started.add(
    jobs.onRun((changed) => {
      if (changed.id === runId) sink.push({ run: changed, curves: false });
    }),
  );
  started.add(
    jobs.onAppend(({ runId: id, append }) => {
      const now = id === runId ? jobs.get(runId) : null;
      if (now) sink.push({ run: now, curves: (append.curves ?? []).length > 0 });
    }),
  );
  started.add(jobs.onDeleted((id) => id === runId && sink.end(new AppError('not-found', message('message.run.deleted', { run: runId })))));
  return started;
}

function rowNow(jobs: Jobs, row: RunRow): RunRow {
  const held = jobs.held(row.id);
  return held === null ? row : rowOf(held);
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );

function known(jobs: Jobs, runId: string): Run {
  const run = jobs.get(runId);
  if (run === null) throw new AppError('not-found', message('message.run.none', { run: runId }));
  return run;
}
