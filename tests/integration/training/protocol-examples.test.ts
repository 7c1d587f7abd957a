import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TrainerEvent, type TrainerRequest } from '@shared/contract/trainer';
import { needsProgram, notOnWindows } from '../../helpers/needs';
import { repoRoot } from '../../helpers/repo-root';
import { declare } from '../../../src-main/core/jobs/scalar-definitions';

const page = readFileSync(join(repoRoot, 'docs', 'trainer-protocol.md'), 'utf8');
const start: TrainerRequest = {
  t: 'start',
  spec: {
    runId: 'r',
    recipe: 'mnist-mlp',
    engine: 'wasm',
    params: {},
    recipeFile: '/',
    datasetFolder: '/',
    enginesDir: '/',
    artifactsDir: '/',
    checkpointFile: null,
  },
};

/** What an example of the page says on its channel, as the core reads it. */
async function eventsOf(language: string, fileName: string, command: string): Promise<TrainerEvent[]> {
  const text = page.split(`\`\`\`${language}\n`)[1]?.split('\n```')[0] ?? '';
  expect(text).not.toBe('');
  const dir = mkdtempSync(join(tmpdir(), 'coldaisle-example-'));
  try {
    const file = join(dir, fileName);
    writeFileSync(file, text);
    const child = spawn(command, [file], { stdio: ['pipe', 'inherit', 'inherit', 'pipe'] });
    child.stdin?.write(`${JSON.stringify(start)}\n`);
    let told = '';
    child.stdio[3]?.on('data', (data: Buffer) => (told += data.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(0);
    return told
      .trim()
      .split('\n')
      .map((line) => TrainerEvent.parse(JSON.parse(line)));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function expectSound(events: readonly TrainerEvent[]): void {
  expect(events[0]?.t).toBe('hello');
  expect(events.at(-1)?.t).toBe('result');
  const defined = events.flatMap((event) => (event.t === 'define' ? [declare({}, event.scalars)] : []));
  expect(defined.map(({ refused }) => refused)).toEqual([[]]);
  expect(Object.keys(defined[0]?.declared ?? {}).length).toBeGreaterThan(0);
  for (const event of events) {
    if (event.t !== 'scalars') continue;
    for (const column of [event.atMs, ...Object.values(event.values)]) expect(column.length).toBe(event.step.length);
  }
}

describe('the examples of docs/trainer-protocol.md', () => {
  const python = needsProgram(spawnSync('python3', ['--version']).status === 0, 'python3', 'python3');
  it('in Python says what the core understands', { ...python, ...notOnWindows }, async () => {
    expectSound(await eventsOf('python', 'trainer.py', 'python3'));
  });

  it('in JavaScript says what the core understands', async () => {
    expectSound(await eventsOf('js', 'trainer.mjs', process.execPath));
  });
});
