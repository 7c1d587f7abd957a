import { AppError } from '@shared/contract/errors';
import { deviceName } from '@shared/model/device-record';
import type { MadeFiles, MadeFilesBound } from '@shared/model/made-files';
import type { Run } from '@shared/model/run';
import type { RunSnapshot, SnapshotPart } from '@shared/model/run-snapshot';
import { english } from '@shared/text/message';
import { readRun, runColumns, type RunRow } from '../../core/store/records/runs/rows';
import { madeFilesPart, snapshotPart } from '../../core/store/records/runs/run-parts';
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
    const snapshot = snapshotPart.query(db)(id);
    const files = madeFilesPart.query(db)(id);
    const lines =
      as === 'json'
        ? [JSON.stringify({ run, snapshot, files }, null, 2)]
        : as === 'diff'
          ? diffOf(id, snapshot)
          : [...shown(run, snapshot), ...madeRows(files)];
    for (const line of lines) terminal.line(line);
    return 0;
  } finally {
    db.close();
  }
}

const bounds: Readonly<Record<MadeFilesBound, string>> = {
  entries: 'The folder holds more files than are looked at: there may be more.',
  depth: 'The folder is deeper than is looked at: there may be more.',
  time: 'The folder took too long to read: there may be more.',
  unreadable: 'The folder was not there any more, or may not be read.',
};

/** As the run left them. */
function madeRows(made: MadeFiles | null): string[] {
  if (made === null) return [];
  const size = (bytes: number): string => {
    const { value, unit } = formatValue(bytes, 'B');
    return `${value} ${unit}`;
  };
  const rows = made.files.map(({ path, bytes, atMs, isNew }) => [
    path,
    size(bytes),
    new Date(atMs).toISOString(),
    isNew === null ? '' : isNew ? 'new' : 'changed',
  ]);
  const listed = made.files.length < made.count ? `, the largest ${made.files.length} of them` : '';
  return [
    '',
    `Files written in ${made.folder} from ${new Date(made.fromMs).toISOString()} on: ${made.count}, ${size(made.bytes)}${listed}`,
    ...made.bounds.map((bound) => bounds[bound]),
    ...(rows.length === 0
      ? []
      : formatTable([{ title: 'File' }, { title: 'Size', align: 'right' }, { title: 'Written' }, { title: '' }], rows)),
  ];
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
