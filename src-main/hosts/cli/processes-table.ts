import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isAppError } from '@shared/contract/errors';
import type { StreamFrame } from '@shared/contract';
import { inScope, onGpus, sumsBy, type ProcessSum } from '@shared/model/process-sums';
import type { ProcessRow } from '@shared/model/processes';
import { RunQuery } from '@shared/model/run-list';
import type { RpcClient } from '@shared/rpc/client';
import { markedProcesses } from '../../children/marked';
import { notedProcess } from '../../core/jobs/process-file';
import { RUNS_FOLDER } from '../../core/jobs/run-folders';
import { copyDevices } from '../../core/store/copy-devices';
import { runListQueries } from '../../core/store/records/runs/run-list';
import { databasePath } from '../../core/store/writer';
import type { CliContext } from './command';
import { formatDuration, formatTable, formatValue } from './format';
import { openRuns } from './open-runs';
import type { ProcessesRequest, ProcessSort } from './processes';

/** The load of a process is known from the second look on; a source that is slow to tell is not waited for longer, ms. */
const PATIENCE_MS = 15_000;

type Frame = StreamFrame<'processes.live'>;

/** Prints who uses this machine now. It looks for itself: whoever starts Coldaisle meanwhile finds the data folder free. @returns the exit code */
export async function printProcesses(request: ProcessesRequest, context: CliContext): Promise<number> {
  const paths = context.paths(request.dataDir);
  const folder = await mkdtemp(join(tmpdir(), 'coldaisle-processes-'));
  try {
    const runs = await runsOf(paths.dataDir);
    copyDevices(paths.dataDir, folder);
    const running = await context.startCore({ ...paths, dataDir: folder, logDir: join(folder, 'logs') });
    try {
      const { atMs, processes } = await told(running.client);
      print({ atMs, processes: processes.map((row) => ({ ...row, runId: row.runId ?? runs.get(row.pid) ?? null })) }, request, context);
    } finally {
      await running.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return 0;
}

/** The processes of the runs that a Coldaisle of this folder watches: they carry its mark, or were written down. */
async function runsOf(dataDir: string): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>();
  const db = openRunsOrNone(dataDir);
  if (db === null) return found;
  try {
    const query = RunQuery.parse({ filter: { status: ['starting', 'running', 'stopping'] }, limit: 200 });
    for (const { id } of runListQueries(db, () => undefined).page(query).rows) {
      const noted = notedProcess(join(dirname(databasePath(dataDir)), RUNS_FOLDER), id);
      if (noted !== null) found.set(noted.pid, id);
      for (const pid of await markedProcesses(id)) found.set(pid, id);
    }
  } finally {
    db.close();
  }
  return found;
}

/** Of another version's database nothing is known; the processes are there all the same. */
function openRunsOrNone(dataDir: string): ReturnType<typeof openRuns> | null {
  try {
    return openRuns(dataDir);
  } catch (error) {
    if (isAppError(error, 'conflict') || isAppError(error, 'not-found')) return null;
    throw error;
  }
}

/** The first table in which the host's processes have a load. */
function told(client: RpcClient): Promise<Frame> {
  return new Promise((resolve, reject) => {
    let last: Frame | null = null;
    const done = (): void => {
      clearTimeout(timer);
      listening.dispose();
      resolve(last ?? { atMs: Date.now(), processes: [] });
    };
    const timer = setTimeout(done, PATIENCE_MS);
    const listening = client.subscribe(
      'processes.live',
      {},
      {
        onFrame(frame) {
          last = frame;
          if (frame.processes.some(({ cpuPercent }) => cpuPercent !== null)) done();
        },
        onEnd: (error) => error && reject(error),
      },
    );
  });
}

function print({ atMs, processes }: Frame, request: ProcessesRequest, { terminal }: CliContext): void {
  const rows = processes
    .filter((row) => inScope(row, request))
    .sort((a, b) => compare(a, b, request.sort) || compare(a, b, 'cpu') || a.pid - b.pid);
  if (request.json) {
    terminal.line(JSON.stringify({ atMs, processes: rows }, null, 2));
    return;
  }
  if (rows.length === 0) {
    terminal.line('No process fits.');
    return;
  }
  const hasGpu = rows.some(({ gpus }) => gpus.length > 0);
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'PID', ...right },
    { title: 'User' },
    ...(hasGpu ? [{ title: 'GPU' }, { title: 'GPU memory', ...right }, { title: 'GPU %', ...right }] : []),
    { title: 'CPU %', ...right },
    { title: 'Memory', ...right },
    { title: 'Running', ...right },
    { title: 'Run' },
    { title: 'Command' },
  ];
  const shown = rows
    .slice(0, request.limit)
    .map((row) => [
      String(row.pid),
      row.user ?? '—',
      ...(hasGpu
        ? [row.gpus.map(({ device }) => device).join(' ') || '—', bytes(onGpus(row, 'memoryB')), percent(onGpus(row, 'loadPercent'))]
        : []),
      percent(row.cpuPercent),
      bytes(row.memoryB),
      row.startedAtMs === null ? '—' : formatDuration(Math.max(0, atMs - row.startedAtMs)),
      row.runId ?? '—',
      row.command ?? row.name ?? '—',
    ]);
  const width = terminal.isInteractive ? terminal.width : Infinity;
  for (const line of formatTable(columns, shown, width)) terminal.line(line);
  if (rows.length > shown.length) terminal.line(`… and ${rows.length - shown.length} more; --limit ${rows.length} shows all.`);
  for (const by of ['user', 'runId'] as const) {
    const sums = sumsBy(rows, by).filter(({ of }) => of !== null);
    if (sums.length === 0) continue;
    terminal.line('');
    for (const line of sumTable(by === 'user' ? 'User' : 'Run', sums, hasGpu)) terminal.line(line);
  }
}

function sumTable(title: string, sums: readonly ProcessSum[], hasGpu: boolean): string[] {
  const right = { align: 'right' } as const;
  return formatTable(
    [
      { title },
      { title: 'Processes', ...right },
      ...(hasGpu
        ? [
            { title: 'GPU memory', ...right },
            { title: 'GPU %', ...right },
          ]
        : []),
      { title: 'CPU %', ...right },
      { title: 'Memory', ...right },
    ],
    [...sums]
      .sort((a, b) => (b.gpuMemoryB ?? 0) - (a.gpuMemoryB ?? 0) || (b.memoryB ?? 0) - (a.memoryB ?? 0))
      .map(({ of, processes, gpuMemoryB, gpuLoadPercent, cpuPercent, memoryB }) => [
        of ?? '—',
        String(processes),
        ...(hasGpu ? [bytes(gpuMemoryB), percent(gpuLoadPercent)] : []),
        percent(cpuPercent),
        bytes(memoryB),
      ]),
  );
}

/** The largest first, what is not known last; users and numbers from the first on. */
function compare(a: ProcessRow, b: ProcessRow, by: ProcessSort): number {
  if (by === 'pid') return a.pid - b.pid;
  if (by === 'user') return (a.user ?? '\uFFFF').localeCompare(b.user ?? '\uFFFF', 'en');
  return (figure(b, by) ?? -1) - (figure(a, by) ?? -1);
}

function figure(row: ProcessRow, by: Exclude<ProcessSort, 'pid' | 'user'>): number | null {
  switch (by) {
    case 'gpu-memory':
      return onGpus(row, 'memoryB');
    case 'gpu-load':
      return onGpus(row, 'loadPercent');
    case 'cpu':
      return row.cpuPercent;
    case 'memory':
      return row.memoryB;
    case 'time':
      return row.startedAtMs === null ? null : -row.startedAtMs + Number.MAX_SAFE_INTEGER / 2;
  }
}

function bytes(value: number | null): string {
  if (value === null) return '—';
  const shown = formatValue(value, 'B');
  return `${shown.value} ${shown.unit}`;
}

const percent = (value: number | null): string => (value === null ? '—' : value.toFixed(0));
