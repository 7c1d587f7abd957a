import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWriter } from '../../src-main/core/store/writer';
import { importFile } from '../../src-main/core/transfer/import';
import { prometheus } from './peers';
import type { Row } from './figures';
import { trace, type TraceSeries } from './trace';

/** 2026-11-20 06:00 UTC: past. */
const FROM_S = Date.UTC(2026, 10, 20, 6) / 1000;
const TRACE_S = 6 * 3600;
/** Of a file in order of time, whose lines come series after series. */
const PIECE_S = 60;

/** OpenMetrics, a family after the other as the format wants it, and each series by itself. */
function bySeries(path: string, series: readonly TraceSeries[]): void {
  const file = openSync(path, 'w');
  for (const name of new Set(series.map((each) => each.name))) {
    writeSync(file, `# TYPE ${name} unknown\n`);
    for (const { key, values } of series.filter((each) => each.name === name)) {
      let text = '';
      for (let i = 0; i < values.length; i++) text += `${name}{device="${key.device}",provenance="measured"} ${values[i]} ${FROM_S + i}\n`;
      writeSync(file, text);
    }
  }
  writeSync(file, '# EOF\n');
  closeSync(file);
}

/** The same samples as they would be gathered: all series of a second, then the next. */
function byTime(path: string, series: readonly TraceSeries[]): void {
  const file = openSync(path, 'w');
  for (let from = 0; from < TRACE_S; from += PIECE_S) {
    let text = '';
    for (let i = from; i < from + PIECE_S; i++)
      for (const { key, name, values } of series)
        text += `${name}{device="${key.device}",provenance="measured"} ${values[i]} ${FROM_S + i}\n`;
    writeSync(file, text);
  }
  writeSync(file, '# EOF\n');
  closeSync(file);
}

function csv(path: string, series: readonly TraceSeries[]): void {
  const file = openSync(path, 'w');
  writeSync(file, `time,${series.map((_, i) => `c${i}`).join(',')}\n`);
  for (let from = 0; from < TRACE_S; from += PIECE_S) {
    let text = '';
    for (let i = from; i < from + PIECE_S; i++)
      text += `${FROM_S + i},${series.map(({ values }) => (Number.isNaN(values[i]) ? '' : values[i])).join(',')}\n`;
    writeSync(file, text);
  }
  closeSync(file);
}

interface Figures {
  readonly seconds: number;
  readonly samples: number;
  readonly fileBytes: number;
  /** Resident memory above what was there before, bytes. */
  readonly peakBytes: number;
}

async function take(path: string, rules: Parameters<typeof importFile>[0]['rules'] = []): Promise<Figures> {
  const dataDir = mkdtempSync(join(tmpdir(), 'coldaisle-bench-import-'));
  try {
    const before = process.memoryUsage.rss();
    let peak = before;
    const startedMs = performance.now();
    const writer = openWriter({ dataDir });
    const onProgress = (): void => void (peak = Math.max(peak, process.memoryUsage.rss()));
    const { samples, badLines, stored } = await importFile({
      writer,
      dataDir,
      path,
      format: null,
      rules,
      timeColumn: null,
      reportPath: null,
      onProgress,
    });
    writer.close();
    const seconds = (performance.now() - startedMs) / 1000;
    if (badLines > 0 || stored !== samples) throw new Error(`${badLines} bad lines, ${stored} of ${samples} stored`);
    return { seconds, samples, fileBytes: statSync(join(dataDir, 'coldaisle.sqlite3')).size, peakBytes: peak - before };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function createBlocks(path: string, into: string): number {
  rmSync(into, { recursive: true, force: true });
  // Warm for both: what is compared is work, not the disk.
  readFileSync(path);
  const startedMs = performance.now();
  const { status, stderr } = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', path, into], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`promtool failed: ${stderr}`);
  return (performance.now() - startedMs) / 1000;
}

export async function run(): Promise<{ rows: Row[] }> {
  const dir = mkdtempSync(join(tmpdir(), 'coldaisle-bench-import-'));
  try {
    const series = trace(TRACE_S);
    const path = join(dir, 'trace.om');
    const missing = prometheus();
    const rows: Row[] = [];
    for (const [what, write] of [
      ['by series', bySeries],
      ['by time', byTime],
    ] as const) {
      write(path, series);
      const theirs = missing === null ? createBlocks(path, join(dir, 'blocks')) : NaN;
      const ours = await take(path);
      const ratio =
        missing === null ? { ratio: { value: theirs / ours.seconds, against: `promtool's speed (${theirs.toFixed(1)} s)` } } : {};
      rows.push({
        name: `OpenMetrics ${what}, ${(ours.samples / 1e6).toFixed(1)} M samples`,
        value: ours.samples / ours.seconds,
        unit: 'samples/s',
        ...ratio,
      });
      rows.push({ name: `OpenMetrics ${what}, memory above the start`, value: ours.peakBytes / 1e6, unit: 'MB' });
    }
    csv(path, series);
    const ours = await take(
      path,
      series.map(({ key }, i) => ({
        name: `c${i}`,
        metric: 'gpu.ecc.corrected',
        device: `${key.metric}/${key.device}`,
        label: '',
        scale: 1,
        provenance: null,
      })),
    );
    rows.push({ name: `CSV of ${series.length} columns`, value: ours.samples / ours.seconds, unit: 'samples/s' });
    if (missing !== null) rows.push({ name: `no comparison: ${missing}`, value: 0, unit: '' });
    return { rows };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
