import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { english } from '@shared/text/message';
import { ended, reached } from '../training/support';
import { temporaryFolder } from '../store/support/stores';
import { servingJobs, testDigits, type ServingJobs } from './support';

const { images, labels } = testDigits(300);
const csv = (rows: readonly (readonly unknown[])[]): string => rows.map((row) => `${row.join(',')}\n`).join('');

/** Predicts a file as a run, to its end. */
async function predict({ models, jobs, trained }: ServingJobs, input: string, output: string, params = {}) {
  const id = await models.predictFile({ engine: 'wasm', params: { model: trained, input, output, batch: 64, ...params } }, 'terminal');
  return ended(jobs, id);
}

describe('predictions of a file', () => {
  it('gives each row of a CSV file its class and scores, and each that cannot be read its reason, as a run', async () => {
    const all = await servingJobs();
    const folder = temporaryFolder();
    const [input, output] = [join(folder, 'rows.csv'), join(folder, 'out.csv')];
    const head = ['id', ...Array.from({ length: 784 }, (_, i) => `p${i}`)];
    const rows = images.map((image, i) => [`row ${i}`, ...image]);
    rows[7] = ['row 7', 'grey', ...(images[7] ?? []).slice(1)];
    rows[8] = ['row 8', '', ...(images[8] ?? []).slice(1)];
    writeFileSync(input, csv([head, ...rows]));
    const run = await predict(all, input, output, { columns: head.slice(1, 201) });
    expect(run.failure === null ? '' : english(run.failure.message)).toBe('');
    const refused = readFileSync(output, 'utf8').trim().split('\n');
    expect(refused[1]).toContain('200 columns, 784 are needed');

    const whole = join(folder, 'whole.csv');
    writeFileSync(input, csv([head.slice(1), ...rows.map((row) => row.slice(1))]));
    const good = await predict(all, input, whole);
    expect(good).toMatchObject({ kind: 'prediction', parent: all.trained, status: 'succeeded', progress: { epoch: 1, step: 300 } });
    expect(good.plan).toMatchObject({ stepsPerEpoch: 300, trainSamples: 300 });
    expect(good.result).toEqual({ 'serve/predictions': 298, 'serve/errors': 2 });
    const [titles = '', ...lines] = readFileSync(whole, 'utf8').trim().split('\n');
    expect(titles).toMatch(/^row,class,\S+\.0,.*,error$/);
    expect(lines).toHaveLength(300);
    expect(lines[7]).toBe(`8,,,,,,,,,,,,"p0: ""grey"" is no number"`);
    expect(lines[8]).toContain('p0: ""');
    const right = lines.filter((line, i) => Number(line.split(',')[1]) === labels[i] && line.split(',')[1] !== '');
    expect(right.length).toBeGreaterThan(250);
    expect(existsSync(`${whole}.part`) || existsSync(`${whole}.part.json`)).toBe(false);
    const again = await predict(all, input, whole);
    expect(english(again.failure?.message ?? '')).toContain('exists already');
  });

  it('goes on after its last whole line where it was broken off, and comes to the same as in one go', async () => {
    const all = await servingJobs();
    const folder = temporaryFolder();
    const [input, output, other] = [join(folder, 'rows.jsonl'), join(folder, 'out.jsonl'), join(folder, 'other.jsonl')];
    const saved = JSON.parse(readFileSync(join(all.jobs.artifactsOf(all.trained), 'model.json'), 'utf8')) as {
      modelTopology: { config: { layers: { config: { name: string } }[] } };
    };
    const name = saved.modelTopology.config.layers[0]?.config.name ?? '';
    writeFileSync(input, images.map((image, i) => `${JSON.stringify(i % 2 === 0 ? image : { [name]: image, id: i })}\n`).join(''));
    expect((await predict(all, input, other)).result).toEqual({ 'serve/predictions': 300, 'serve/errors': 0 });
    const whole = readFileSync(other, 'utf8').split('\n');
    expect(whole).toHaveLength(301);
    // As a kill in the midst of a write leaves it.
    writeFileSync(`${output}.part`, `${whole.slice(0, 120).join('\n')}\n${(whole[120] ?? '').slice(0, 30)}`);
    writeFileSync(`${output}.part.json`, '{}');
    const strange = await predict(all, input, output);
    expect(english(strange.failure?.message ?? '')).toContain('was begun from another file or model');

    const slow = join(folder, 'slow.jsonl');
    const many = join(folder, 'many.jsonl');
    writeFileSync(many, Array.from({ length: 40 }, () => readFileSync(input, 'utf8')).join(''));
    const id = await all.models.predictFile(
      { engine: 'wasm', params: { model: all.trained, input: many, output: slow, batch: 16 } },
      'terminal',
    );
    await reached(all.jobs, id, ({ progress }) => progress.step > 0);
    all.jobs.stop(id);
    expect(await ended(all.jobs, id)).toMatchObject({ status: 'stopped' });
    expect(existsSync(slow)).toBe(false);
    const before = readFileSync(`${slow}.part`, 'utf8').split('\n').length - 1;
    expect(before).toBeGreaterThan(0);
    const finished = await predict(all, many, slow);
    expect(finished).toMatchObject({ status: 'succeeded' });
    const rows = readFileSync(slow, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { row: number; class?: number });
    expect(rows.slice(0, 300).map((row) => JSON.stringify(row))).toEqual(
      whole.slice(0, 300).map((line) => JSON.stringify(JSON.parse(line))),
    );
    expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 12_000 }, (_, i) => i + 1));
    expect((await all.log(finished.id)).map(({ text }) => text)).toContainEqual(expect.stringMatching(/^\d+ rows are predicted already/));
  });
});
