import { writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { quantity } from '@shared/model/provenance';
import { LedgerKeeper } from '../../../../src-main/core/energy/ledger-keeper';
import { RunProcesses } from '../../../../src-main/core/energy/run-processes';
import { openWriter } from '../../../../src-main/core/store/writer';

/** A core's ledger at a second a tick, as fast as it goes, of 200 W of a run and nobody: `<data folder> <first tick, wall clock ms>`. */
async function main(dataDir: string, fromMs: number): Promise<void> {
  const writer = openWriter({ dataDir });
  const keeper = new LedgerKeeper({
    table: writer.ledger,
    runs: () => [{ runId: 'a', pid: undefined, usesGpu: true }],
    gpuProcesses: () => [],
    processes: new RunProcesses({ procRoot: null, logicalCpus: 1 }),
    onEvent: () => undefined,
    log: (_, text) => void process.stderr.write(text),
  });
  for (let second = 0; ; second++) {
    keeper.note([{ device: 'host', label: '', metric: 'cpu.load', provenance: 'measured', value: 30 }], []);
    keeper.tick({
      atMs: fromMs + second * 1000,
      passedMs: second * 1000,
      devices: ['gpu0', 'cpu0'].map((device) => ({ device, powerW: quantity(200, 'W', 'measured') })),
      meteredNodes: [],
      facilityPowerW: quantity(600, 'W', 'measured'),
    });
    writeSync(1, `${fromMs + second * 1000}\n`);
    if (second % 16 === 0) await setImmediate();
  }
}

void main(process.argv[2] ?? '', Number(process.argv[3]));
