import { writeFile } from 'node:fs/promises';
import { wasUsed, type SelftestGpu, type SelftestPhase } from '@shared/model/selftest';
import { english, message } from '@shared/text/message';
import { testGpus } from '../../core/selftest/gpu-selftest';
import { nvmlLibraries } from '../../core/telemetry/collectors/nvml/library';
import { formatNumber, formatTable } from './format';
import { onStopSignal } from './signals';
import type { Terminal } from './terminal';

interface SelftestRequest {
  readonly workerPath: string;
  readonly version: string;
  readonly seconds: number;
  readonly withLoad: boolean;
  /** Where the result is written; null = nowhere. */
  readonly json: string | null;
}

const columns = [
  { title: 'GPU' },
  { title: 'Phase' },
  { title: 'Time', align: 'right' },
  { title: 'Load', align: 'right' },
  { title: 'Power', align: 'right' },
  { title: 'Integrated', align: 'right' },
  { title: 'Counter', align: 'right' },
  { title: 'Apart', align: 'right' },
  { title: 'Power changes', align: 'right' },
  { title: 'Counter changes', align: 'right' },
  { title: 'A reading takes', align: 'right' },
  { title: 'CPU', align: 'right' },
] as const;

/** Tests each GPU and prints what was found. @returns 0, 1 where there is none to test, 130 interrupted */
export async function selftestGpu({ json, ...options }: SelftestRequest, terminal: Terminal): Promise<number> {
  const abort = new AbortController();
  const signals = onStopSignal(() => abort.abort());
  try {
    const result = await testGpus({
      ...options,
      libraries: nvmlLibraries(process.platform),
      signal: abort.signal,
      onPhase: (phase, gpus) =>
        terminal.note(
          phase === 'idle'
            ? `${gpus.length === 1 ? '1 GPU is' : `${gpus.length} GPUs are`} left alone for ${options.seconds} s …`
            : `Now working, for ${options.seconds} s …`,
        ),
    });
    if ('why' in result) {
      terminal.note(`No NVIDIA GPU to test: ${result.why.replace(/\.$/, '')}.`);
      return 1;
    }
    for (const line of formatTable(columns, result.gpus.flatMap(rowsOf))) terminal.line(line);
    terminal.line('');
    for (const gpu of result.gpus) for (const line of notesOf(gpu)) terminal.line(line);
    if (json !== null) {
      await writeFile(json, `${JSON.stringify(result, null, 2)}\n`);
      terminal.note(`Written to ${json}.`);
    }
    return 0;
  } catch (error) {
    if (abort.signal.aborted) return 130;
    throw error;
  } finally {
    signals.dispose();
  }
}

function rowsOf({ index, phases }: SelftestGpu): string[][] {
  return phases.map((phase) => [
    String(index),
    phase.phase,
    `${phase.seconds.toFixed(1)} s`,
    value(phase.loadPercent, '%', 3),
    value(phase.powerW, ' W'),
    value(phase.integratedJ, ' J', 6),
    value(phase.counterJ, ' J', 6),
    phase.deviation === null ? '—' : `${phase.deviation >= 0 ? '+' : ''}${(phase.deviation * 100).toFixed(2)}%`,
    interval(phase.powerIntervalMs, phase),
    interval(phase.counterIntervalMs, phase),
    value(phase.readMs, ' ms', 3),
    `${(phase.cpuShare * 100).toFixed(2)}%`,
  ]);
}

function value(number: number | null, unit: string, digits = 4): string {
  return number === null ? '—' : `${formatNumber(number, digits)}${unit}`;
}

/** An interval as fine as the polling can tell is the polling's. */
function interval(ms: number | null, { pollMs }: SelftestPhase): string {
  if (ms === null) return '—';
  return ms < pollMs * 2 ? `≤ ${Math.ceil(ms)} ms` : `${Math.round(ms)} ms`;
}

function notesOf({ index, name, load, phases, verdict }: SelftestGpu): string[] {
  return [
    `GPU ${index}, ${name}: ${english(message(`message.selftest.verdict.${verdict}`))}`,
    ...(wasUsed(phases) ? ['  Something else works on it: its idle phase was none.'] : []),
    ...(load !== null && !load.ran ? [`  Without a load: ${load.why ?? 'unknown'}.`] : []),
  ];
}
