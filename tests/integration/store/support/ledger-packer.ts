import { writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { openWriter } from '../../../../src-main/core/store/writer';

/** Packs a ledger bit by bit, and adds up what is old: `<data folder> <wall clock ms>`. */
async function main(dataDir: string, nowMs: number): Promise<void> {
  const writer = openWriter({ dataDir });
  writer.ledger.setQuarterDays(1);
  writeSync(1, 'opened\n');
  for (let step = 0; ; step++) {
    writer.ledger.compact(nowMs);
    writeSync(1, `packed ${step}\n`);
    await setImmediate();
  }
}

void main(process.argv[2] ?? '', Number(process.argv[3]));
