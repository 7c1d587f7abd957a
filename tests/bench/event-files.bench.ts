import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunFolderFiles } from '../../src-main/core/readers/files/folder';
import { fileFormats } from '../../src-main/core/readers/files';
import { event, simple, version } from '../helpers/event-files';
import { tensorBoardPython } from '../helpers/python-packages';
import { median, type Row } from './figures';

const SCALARS = 2_000_000;
/** What the peer is given: it needs half a minute for as many. */
const PEER_SCALARS = 200_000;
const TAGS = ['train/loss', 'train/accuracy', 'learning_rate', 'val/loss'];

function writeFile(dir: string, scalars: number): void {
  mkdirSync(dir);
  const parts = [version];
  for (let i = 0; i < scalars; i++) parts.push(event((i >> 2) + 1, [simple(TAGS[i & 3] as string, 1 / (i + 1))], 1_700_000_000 + i / 100));
  writeFileSync(join(dir, 'events.out.tfevents.1700000000.bench.1.0'), Buffer.concat(parts));
}

/** Scalars per CPU second of this process. */
async function read(root: string, scalars: number): Promise<number> {
  let count = 0;
  let sum = 0;
  const sink = {
    scalar: ({ value }: { value: number }) => {
      count++;
      sum += value;
    },
    parameter: () => undefined,
    other: () => undefined,
    notice: (text: string) => {
      throw new Error(text);
    },
  };
  const from = process.cpuUsage();
  await new RunFolderFiles({ root, formats: fileFormats, sink }).look({ isEnd: true });
  const { user, system } = process.cpuUsage(from);
  if (count !== scalars || !(sum > 0)) throw new Error(`${count} scalars were read of ${scalars}`);
  return (scalars * 1e6) / (user + system);
}

export async function run(): Promise<{ rows: Row[] }> {
  const dir = mkdtempSync(join(tmpdir(), 'coldaisle-bench-'));
  try {
    const [large, small] = [join(dir, 'large'), join(dir, 'small')];
    writeFile(large, SCALARS);
    writeFile(small, PEER_SCALARS);
    const ours: number[] = [];
    for (let i = 0; i < 5; i++) ours.push(await read(large, SCALARS));
    const name = `event files, ${SCALARS.toLocaleString('en-US')} scalars, one core`;
    const value = median(ours);
    const python = await tensorBoardPython();
    if (python === null) {
      console.log("  TensorBoard's EventAccumulator: skipped, no Python here has it (COLDAISLE_PYTHON names one)");
      return { rows: [{ name, value, unit: 'scalars/s' }] };
    }
    const theirs: number[] = [];
    const same: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { stdout, stderr, status } = spawnSync(python, [join(process.cwd(), 'tests', 'bench', 'event_accumulator.py'), small], {
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(stderr);
      const [points = NaN, seconds = NaN] = stdout.trim().split(' ').map(Number);
      if (points !== PEER_SCALARS) throw new Error(`the peer read ${points} scalars of ${PEER_SCALARS}`);
      theirs.push(points / seconds);
      same.push(await read(small, PEER_SCALARS));
    }
    const against = `TensorBoard's EventAccumulator (${Math.round(median(theirs)).toLocaleString('en-US')} scalars/s)`;
    return {
      rows: [
        { name, value, unit: 'scalars/s' },
        {
          name: `the same file of ${PEER_SCALARS.toLocaleString('en-US')} scalars`,
          value: median(same),
          unit: 'scalars/s',
          ratio: { value: median(same) / median(theirs), against },
        },
      ],
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
