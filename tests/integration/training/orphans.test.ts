import { spawn } from 'node:child_process';
import { notOnWindows } from '../../helpers/needs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import type { TrainerRequest } from '@shared/contract/trainer';
import { bundleEntry } from '../../helpers/bundle';
import { afterThisTest, temporaryFolder } from '../store/support/stores';
import { shippedRecipe } from '../../helpers/training-sources';
import { gone, isAlive, realTrainer, specOf } from './support';

const start = (): TrainerRequest => ({
  t: 'start',
  spec: specOf({ ...shippedRecipe('mnist-mlp'), epochs: 1000 }),
});

/** A program that starts a child which ignores SIGTERM, says its pid as a line, and is then the real trainer. */
function withChild(program: string): string {
  const file = join(temporaryFolder(), 'trainer.cjs');
  writeFileSync(
    file,
    `require(${JSON.stringify(program)});
const child = require('node:child_process').spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], { stdio: 'ignore' });
require('node:fs').writeSync(3, 'child ' + child.pid + '\\n');`,
  );
  return file;
}

/** Starts a parent with a trainer and resolves with both pids once the trainer has said a line with `word`. */
async function family(program: string, word: string): Promise<{ parent: number; trainer: number; child: number }> {
  const child = spawn(
    process.execPath,
    [await bundleEntry('tests/integration/training/programs/parent.ts'), program, JSON.stringify(start())],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  afterThisTest(() => void child.kill('SIGKILL'));
  let trainer = 0;
  let grandchild = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('pid ')) {
      trainer = Number(line.slice(4));
      afterThisTest(() => {
        if (isAlive(trainer)) process.kill(trainer, 'SIGKILL');
      });
    } else if (line.startsWith('child ')) grandchild = Number(line.slice(6));
    else if (line.includes(word)) break;
  }
  const parent = child.pid ?? 0;
  expect(isAlive(trainer)).toBe(true);
  return { parent, trainer, child: grandchild };
}

describe('when the core is killed', () => {
  it('a trainer in the middle of its run ends', async () => {
    const { parent, trainer } = await family(await realTrainer(), '"t":"scalars"');
    process.kill(parent, 'SIGKILL');
    await gone(trainer);
  });

  it('what the trainer had started ends with it', notOnWindows, async () => {
    const { parent, trainer, child } = await family(withChild(await realTrainer()), '"t":"scalars"');
    expect(isAlive(child)).toBe(true);
    process.kill(parent, 'SIGKILL');
    await gone(trainer);
    await gone(child);
  });

  it('a trainer stuck in a loop ends too', async () => {
    const { parent, trainer } = await family(await bundleEntry('tests/integration/training/programs/stuck.ts'), 'stuck');
    process.kill(parent, 'SIGKILL');
    await gone(trainer);
  });
});

describe('when the core leaves without closing', () => {
  it('its trainer ends', notOnWindows, async () => {
    const { parent, trainer } = await family(await bundleEntry('tests/integration/training/programs/stuck.ts'), 'stuck');
    process.kill(parent, 'SIGTERM');
    await gone(trainer);
  });
});
