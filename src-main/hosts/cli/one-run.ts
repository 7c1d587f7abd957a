import { AppError } from '@shared/contract/errors';
import { deviceName } from '@shared/model/device-record';
import type { Run } from '@shared/model/run';
import type { RunSnapshot, SnapshotPart } from '@shared/model/run-snapshot';
import { english } from '@shared/text/message';
import { readRun, runColumns, type RunRow } from '../../core/store/records/runs/rows';
import { openSnapshotQuery } from '../../core/store/records/runs/run-snapshots';
import type { CliContext } from './command';
import { formatTable, formatValue } from './format';
import { findRun, openRuns } from './open-runs';
import { runTable } from './run-table';

export interface RunRequest {
  readonly dataDir: string | null;
  /** An id, or how it begins. */
  readonly run: string;
  readonly as: 'text' | 'json' | 'diff';
}

/** Shows one run and what there was when it began, beside whatever writes it. @returns the exit code */
export function showRun({ dataDir, run: typed, as }: RunRequest, { paths, terminal }: CliContext): number {
  const db = openRuns(paths(dataDir).dataDir);
  try {
    const id = findRun(db, typed);
    const row = db.query<RunRow>(`SELECT ${runColumns.join(', ')} FROM run WHERE id = ?`).get(id);
    if (row === undefined) throw new AppError('not-found', `There is no run "${id}".`);
    const run = readRun(row, (_, text) => terminal.note(text));
    const snapshot = openSnapshotQuery(db)(id);
    const lines =
      as === 'json' ? [JSON.stringify({ run, snapshot }, null, 2)] : as === 'diff' ? diffOf(id, snapshot) : shown(run, snapshot);
    for (const line of lines) terminal.line(line);
    return 0;
  } finally {
    db.close();
  }
}

function diffOf(id: string, snapshot: RunSnapshot | null): string[] {
  if (snapshot === null) throw new AppError('not-found', `Nothing was noted when run ${id} began.`);
  const { value, why: noCode } = snapshot.git;
  if (value === null) throw new AppError('not-found', noCode ?? '');
  const { diff } = value;
  if (diff.value === null) throw new AppError('not-found', diff.why ?? '');
  return diff.value.text === '' ? [] : [diff.value.text.trimEnd()];
}

function shown(run: Run, snapshot: RunSnapshot | null): string[] {
  const head = `${run.id}${run.name === null ? '' : `  ${run.name}`}`;
  const began = run.startedAtMs === null ? [] : [`Began ${new Date(run.startedAtMs).toISOString()}`];
  const started = snapshot === null ? ['Nothing was noted when it began: it is no program, or has not begun.'] : startedWith(snapshot);
  return [head, ...began, ...runTable(run, null), '', ...started];
}

function startedWith({ command, cwd, environment, git, python, machine }: RunSnapshot): string[] {
  const { gpus, driver } = machine;
  const memory = formatValue(machine.memoryBytes, 'B');
  const packages = python.value?.packages;
  return [
    ...formatTable(
      [{ title: 'Started with' }, { title: '' }],
      [
        ['Command', command],
        ['Folder', cwd],
        ...codeRows(git),
        ...(python.value === null
          ? [['Python', why(python)]]
          : [
              ['Python', `${python.value.implementation} ${python.value.version}`],
              ['Interpreter', python.value.executable],
              ['Packages', packages?.value ? `${packages.value.length}, below` : why(packages)],
            ]),
        ['Host', `${machine.host}, ${machine.system} ${machine.release} ${machine.architecture}`],
        ['CPU', `${machine.cpu ?? 'not known'}, ${machine.processors} threads, ${memory.value} ${memory.unit}`],
        ['GPUs', gpus.length === 0 ? 'none' : gpus.map(deviceName).join(', ')],
        ...(gpus.length === 0 ? [] : [['NVIDIA driver', driver.value ?? why(driver)]]),
      ],
    ),
    '',
    'Environment (*** = masked):',
    ...Object.entries(environment).map(([name, value]) => `  ${name}=${value}`),
    ...(packages?.value ? ['', 'Packages:', ...packages.value.map(({ name, version }) => `  ${name}==${version}`)] : []),
  ];
}

function codeRows(git: RunSnapshot['git']): string[][] {
  const { value } = git;
  if (value === null) return [['Code', why(git)]];
  const { changes, diff } = value;
  const changed = changes.value === null ? why(changes) : `${changes.value.changed} changed files, ${changes.value.untracked} untracked`;
  const cut =
    diff.value === null ? `; ${why(diff)}` : diff.value.text === '' ? '' : `; --diff prints them${diff.value.isCut ? ', cut' : ''}`;
  return [
    ['Commit', value.commit ?? 'none yet'],
    ['Branch', value.branch ?? 'none: a commit is checked out'],
    ['Remote', value.remote ?? 'none'],
    ['Changes', `${changed}${cut}`],
  ];
}

function why(part: SnapshotPart<unknown> | undefined): string {
  return `not known: ${english(part?.why ?? '')}`;
}
