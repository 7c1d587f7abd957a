import type { ParamValue } from '@shared/model/param';
import type { RunQuery } from '@shared/model/run-list';
import type { RunRow } from '@shared/model/run-list';
import { outcomeOf, usualQuantities } from '@shared/model/run-scalars';
import { english } from '@shared/text/message';
import { runDurationMs } from '@shared/model/run-duration';
import { runListQueries } from '../../core/store/records/runs/run-list';
import type { CliContext } from './command';
import { formatDuration, formatNumber, formatQuantity, formatTable } from './format';
import { openRuns } from './open-runs';

export interface RunsRequest {
  readonly dataDir: string | null;
  readonly query: RunQuery;
  readonly json: boolean;
}

/** A note is cut to so many characters; the run's page has it whole. */
const NOTE_MAX = 120;

/** Lists runs straight from the database, beside whatever writes it. @returns the exit code */
export function listRuns({ dataDir, query, json }: RunsRequest, { paths, terminal }: CliContext): number {
  const db = openRuns(paths(dataDir).dataDir);
  try {
    const { rows, total } = runListQueries(db, (_, text) => terminal.note(text)).page(query);
    if (json) terminal.line(JSON.stringify({ total, rows }, null, 2));
    else for (const line of table(rows, query.sort.by, query.offset, total)) terminal.line(line);
    return 0;
  } finally {
    db.close();
  }
}

function table(rows: readonly RunRow[], by: string, offset: number, total: number): string[] {
  if (rows.length === 0) return [total === 0 ? 'No run fits.' : `There are ${total} runs; --offset ${offset} is beyond the last.`];
  const value = ['scalar:', 'best:', 'param:'].some((kind) => by.startsWith(kind)) ? by.slice(by.indexOf(':') + 1) : null;
  const nowMs = Date.now();
  return [
    ...formatTable(
      [
        { title: 'Run' },
        { title: 'Name' },
        { title: 'Status' },
        { title: 'Created' },
        { title: 'Duration', align: 'right' },
        { title: 'IT energy', align: 'right' },
        { title: 'Cost', align: 'right' },
        ...usualQuantities.map((title) => ({ title: title[0]?.toUpperCase() + title.slice(1), align: 'right' as const })),
        ...(value === null ? [] : [{ title: by.startsWith('best:') ? `best ${value}` : value, align: 'right' as const }]),
        { title: 'Tags' },
        ...(rows.some(({ note }) => note !== null) ? [{ title: 'Note' }] : []),
      ],
      rows.map((row) => [
        row.id,
        row.name ?? row.recipe,
        row.status,
        new Date(row.createdAtMs).toISOString().slice(0, 16).replace('T', ' '),
        duration(row, nowMs),
        row.energy === null ? '—' : formatQuantity(row.energy.itJ),
        row.energy === null ? '—' : formatQuantity(row.energy.cost),
        ...usualQuantities.map((quantity) => shown(outcomeOf(row, quantity)?.value)),
        ...(value === null ? [] : [shown((by.startsWith('param:') ? row.params : by.startsWith('best:') ? row.best : row.scalars)[value])]),
        row.tags.join(', '),
        ...(row.note === null ? [] : [shortened(english(row.note))]),
      ]),
    ),
    `${offset + 1} to ${offset + rows.length} of ${total}; times are in UTC. Loss and accuracy: of the test, else the best validation, else the newest.`,
  ];
}

function duration(row: RunRow, nowMs: number): string {
  const ms = runDurationMs(row, nowMs);
  return ms === null ? '—' : formatDuration(ms);
}

function shown(value: ParamValue | undefined): string {
  if (value === undefined || value === null) return '—';
  return typeof value === 'number' ? formatNumber(value) : String(value);
}

function shortened(whole: string): string {
  const text = whole.replaceAll(/\s+/g, ' ');
  return text.length > NOTE_MAX ? `${text.slice(0, NOTE_MAX - 1)}…` : text;
}
