import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { english } from '@shared/text/message';
import { artifactsFolder } from '../../../src-main/core/jobs/run-folders';
import { findProgram } from '../../../src-main/children/find-program';
import { curvesIn } from '../../helpers/curves';
import { ended } from '../training/support';
import { temporaryFolder } from '../store/support/stores';
import { ask, servingJobs, testDigits, type ServingJobs } from './support';

const run = promisify(execFile);

/** Whether a program is there, by its name. */
function has(program: string): boolean {
  try {
    return findProgram(program, '.', { PATH: process.env['PATH'] ?? '' }) !== '';
  } catch {
    return false;
  }
}

const { images, labels } = testDigits(200);
const best = (scores: readonly number[]): number => scores.indexOf(Math.max(...scores));

describe('a trained model, served', () => {
  it('answers by the REST API of TensorFlow Serving, and is a run with curves and a result', async () => {
    const { serve, jobs, writer, trained, models, log } = await servingJobs();
    const { run: serving, served } = await serve({ name: 'digits' });
    expect(serving).toMatchObject({ kind: 'serving', parent: trained, recipe: 'digits', status: 'running', engine: 'wasm' });
    expect(served).toMatchObject({
      name: 'digits',
      versions: [1],
      task: 'classify',
      hasToken: false,
      classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    });
    expect(served.inputs.map(({ type, shape }) => ({ type, shape }))).toEqual([{ type: 'float32', shape: [null, 784] }]);
    const [input] = served.inputs;
    const at = (path: string, body?: unknown, init?: RequestInit) => ask(served.address, path, body, init);
    expect(await models.ofRun(trained)).toEqual({ isSaved: true, servedBy: [serving.id] });

    expect((await at('/v1/models/digits')).json).toEqual({
      model_version_status: [{ version: '1', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } }],
    });
    expect(await at('/v1/models/digits/versions/1/metadata')).toMatchObject({
      status: 200,
      json: {
        model_spec: { name: 'digits', signature_name: '', version: '1' },
        metadata: {
          signature_def: {
            signature_def: {
              serving_default: {
                inputs: {
                  [input?.name ?? '']: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: '-1' }, { size: '784' }], unknown_rank: false } },
                },
                method_name: 'tensorflow/serving/predict',
              },
            },
          },
        },
      },
    });

    const rows = (await at('/v1/models/digits:predict', { instances: images })).json as { predictions: number[][] };
    expect(rows.predictions).toHaveLength(200);
    expect(rows.predictions.filter((scores, i) => best(scores) === labels[i]).length).toBeGreaterThan(170);
    for (const scores of rows.predictions) expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(1, 4);
    // One by one they are the same numbers, however they were gathered.
    const alone = await Promise.all(images.slice(0, 20).map((image) => at('/v1/models/digits/versions/1:predict', { instances: [image] })));
    alone.forEach(({ json }, i) => {
      (json as { predictions: number[][] }).predictions[0]?.forEach((score, k) =>
        expect(score).toBeCloseTo(rows.predictions[i]?.[k] ?? NaN, 5),
      );
    });
    expect(
      (await at('/v1/models/digits:predict', { inputs: { [input?.name ?? '']: images.slice(0, 2) }, signature_name: 'serving_default' }))
        .json,
    ).toMatchObject({
      outputs: [expect.any(Array), expect.any(Array)],
    });
    const classified = await at('/v1/models/digits:classify', { examples: [{ [input?.name ?? '']: images[0] }] });
    expect(classified.status).toBe(200);
    const [classes = []] = (classified.json as { results: [string, number][][] }).results;
    expect(classes.map(([name]) => name)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);

    const packed = gzipSync(JSON.stringify({ instances: [images[0]] }));
    expect((await at('/v1/models/digits:predict', '-', { body: packed, headers: { 'Content-Encoding': 'gzip' } })).status).toBe(200);
    expect(
      await models.ask(
        { runId: serving.id, verb: 'predict', version: null, body: JSON.stringify({ instances: [images[0]] }) },
        new AbortController().signal,
      ),
    ).toMatchObject({ status: 200 });

    const expectError = async (path: string, body: unknown, status: number, error: string): Promise<void> => {
      const answer = await at(path, body);
      expect({ status: answer.status, json: answer.json }).toEqual({ status, json: { error: expect.stringContaining(error) as string } });
      expect(answer.response.headers.get('content-type')).toBe('application/json');
    };
    await expectError('/v1/models/half:predict', { instances: [images[0]] }, 404, 'Servable not found for request: Latest(half)');
    await expectError(
      '/v1/models/digits/versions/9:predict',
      { instances: [images[0]] },
      404,
      'Servable not found for request: Specific(digits, 9)',
    );
    await expectError('/v1/models/half', undefined, 404, 'Could not find any versions of model half');
    await expectError('/v1/models/digits/versions/9', undefined, 404, 'Could not find version 9 of model digits');
    await expectError(
      '/v1/models/digits/labels/canary:predict',
      { instances: [images[0]] },
      400,
      'Unrecognized servable version label: canary',
    );
    await expectError(
      '/v1/models/digits:predict',
      { instances: [images[0]], signature_name: 'mine' },
      400,
      'Serving signature name: "mine" not found in signature def',
    );
    await expectError('/v1/models/digits:regress', { examples: [{}] }, 400, 'Expected regression signature method_name');
    await expectError('/v1/models/digits:explain', {}, 400, 'Malformed request: POST /v1/models/digits:explain');
    await expectError('/v1/models', undefined, 400, 'Missing model name in request.');
    await expectError('/elsewhere', undefined, 400, 'Malformed request: GET /elsewhere');
    await expectError('/v1/models/digits:predict', { instances: [[1, 2]] }, 400, 'has shape [1,2], expected is [-1,784]');
    await expectError('/v1/models/digits:predict', '{"instances": [[1.]]}', 400, 'Miss fraction part in number');

    jobs.stop(serving.id);
    const over = await ended(jobs, serving.id);
    expect(over).toMatchObject({ status: 'succeeded', failure: null });
    expect(over.result).toMatchObject({ 'serve/errors': 12, 'serve/predictions': 225 });
    expect(over.progress.step).toBe(225);
    expect(over.result?.['serve/latency_p99']).toBeGreaterThanOrEqual(over.result?.['serve/latency_p50'] ?? NaN);
    expect(curvesIn(writer.path, serving.id)['serve/requests_per_second']?.y.some((value) => value > 0)).toBe(true);
    expect((await log(serving.id)).map(({ text }) => text)).toContainEqual(
      expect.stringContaining(`${served.address}/v1/models/digits:predict`),
    );
    expect(await models.ofRun(trained)).toEqual({ isSaved: true, servedBy: [] });
    await expect(
      models.ask({ runId: serving.id, verb: 'predict', version: null, body: '{}' }, new AbortController().signal),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  it('serves beside a run that trains, which does not wait for it', async () => {
    const { serve, jobs, trained } = await servingJobs();
    await serve();
    const { recipe, engine, params } = jobs.get(trained) ?? {};
    const next = jobs.start({ recipe: recipe as 'mnist-mlp', engine: engine as 'wasm', params: params ?? {} });
    expect(await ended(jobs, next)).toMatchObject({ status: 'succeeded' });
    expect(jobs.counts()).toEqual({ queued: 0, running: 1 });
  });
});

describe('versions, tokens and limits', () => {
  let all: ServingJobs;
  beforeEach(async () => {
    all = await servingJobs();
  });

  it('serves numbered versions of a folder, the newest where none is named, and those that a label stands for', async () => {
    const folder = join(temporaryFolder(), 'digits');
    const saved = artifactsFolder(join(all.jobs.artifactsOf(all.trained), '..', '..'), all.trained);
    for (const version of ['1', '3', '10']) cpSync(saved, join(folder, version), { recursive: true });
    mkdirSync(join(folder, '20'));
    const { served } = await all.serve({ model: folder, versions: 'all', labels: ['stable=3'] });
    expect(served).toMatchObject({ name: 'digits', versions: [10, 3, 1] });
    const states = (await ask(served.address, '/v1/models/digits')).json as { model_version_status: { version: string }[] };
    expect(states.model_version_status.map(({ version }) => version)).toEqual(['10', '3', '1']);
    const body = { instances: [images[0]] };
    for (const path of ['', '/versions/1', '/labels/stable'])
      expect((await ask(served.address, `/v1/models/digits${path}:predict`, body)).status).toBe(200);
    expect((await ask(served.address, '/v1/models/digits/labels/stable/metadata')).json).toMatchObject({ model_spec: { version: '3' } });
    expect((await all.serve({ model: folder })).served.versions).toEqual([10]);
    await expect(all.serve({ model: folder, versions: '1,7' })).rejects.toThrow('There is no version 7');
    await expect(all.serve({ model: temporaryFolder() })).rejects.toThrow('There is no saved model');
  });

  it('asks for the token of its file, which only its owner may read', async () => {
    const tokenFile = join(temporaryFolder(), 'token');
    const { run: serving, served } = await all.serve({ host: '127.0.0.1', tokenFile });
    expect(served.hasToken).toBe(true);
    if (process.platform !== 'win32') expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    const token = readFileSync(tokenFile, 'utf8').trim();
    const path = `/v1/models/${served.name}`;
    const refused = await ask(served.address, path);
    expect(refused).toMatchObject({ status: 401, json: { error: expect.stringContaining('Authorization: Bearer') as string } });
    expect((await ask(served.address, path, undefined, { headers: { Authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await ask(served.address, path, undefined, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(200);
    const asked = await all.models.ask(
      { runId: serving.id, verb: 'predict', version: 1, body: JSON.stringify({ instances: [images[0]] }) },
      new AbortController().signal,
    );
    expect(asked.status).toBe(200);
    all.jobs.stop(serving.id);
    await ended(all.jobs, serving.id);
    expect(existsSync(tokenFile)).toBe(false);

    writeFileSync(tokenFile, 'short\n', { mode: 0o600 });
    await expect(all.serve({ tokenFile })).rejects.toThrow('at least 16 characters');
    await expect(all.models.serve({ engine: 'wasm', params: { model: all.trained, host: '0.0.0.0' } }, 'terminal')).rejects.toThrow(
      'a token file is needed',
    );
    for (const params of [{ model: temporaryFolder() }, { model: all.trained, host: '0.0.0.0', tokenFile }])
      await expect(all.models.serve({ engine: 'wasm', params }, 'page')).rejects.toThrow('Only the terminal of the machine itself');
    await expect(all.models.serve({ engine: 'wasm', params: { model: 'none' } }, 'page')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('says that a port is taken', async () => {
    const { served } = await all.serve();
    const id = await all.models.serve(
      { engine: 'wasm', params: { model: all.trained, port: Number(new URL(served.address).port) } },
      'terminal',
    );
    const { failure } = await ended(all.jobs, id);
    expect(english(failure?.message ?? '')).toContain('is taken');
  });

  it('refuses a body that is too large, more rows than may wait, and a foreign name of its own address', async () => {
    const { served } = await all.serve({ maxQueue: 4 });
    const path = `/v1/models/${served.name}:predict`;
    expect((await ask(served.address, path, { instances: images.slice(0, 5) })).status).toBe(429);
    const { port } = new URL(served.address);
    const status = (headers: Record<string, string | number>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const sent = httpRequest({ port, path, method: 'POST', headers }, (answer) => resolve(answer.resume().statusCode));
        sent.on('error', reject);
        sent.write('{');
        sent.end();
      });
    expect(await status({ 'Content-Length': 65 * 2 ** 20 }).catch(() => 413)).toBe(413);
    expect(await status({ Host: 'rebound.example:80' })).toBe(403);
    // It goes on.
    expect((await ask(served.address, path, { instances: images.slice(0, 4) })).status).toBe(200);
  });

  it('answers public clients: curl and the urllib of Python', async ({ skip }) => {
    if (!has('curl') || !has('python3')) skip('needs curl and python3');
    const { served } = await all.serve();
    const address = `${served.address}/v1/models/${served.name}:predict`;
    const file = join(temporaryFolder(), 'body.json');
    writeFileSync(file, JSON.stringify({ instances: images }));
    // More than 1 MiB: curl asks first whether it may send it.
    const { stdout } = await run('curl', ['-s', '-d', `@${file}`, '-H', 'Expect: 100-continue', address], { maxBuffer: 2 ** 24 });
    expect((JSON.parse(stdout) as { predictions: unknown[] }).predictions).toHaveLength(images.length);
    const script = [
      'import json, sys, urllib.request, urllib.error',
      'body = open(sys.argv[2], "rb").read()',
      'answer = json.load(urllib.request.urlopen(urllib.request.Request(sys.argv[1], body)))',
      'nan = json.dumps({"instances": [[float("nan")] * 784]}).encode()',
      'unsure = json.load(urllib.request.urlopen(urllib.request.Request(sys.argv[1], nan)))',
      'try:',
      '    urllib.request.urlopen(sys.argv[1], b"{")',
      '    status = 200',
      'except urllib.error.HTTPError as error:',
      '    status = error.code',
      'print(json.dumps([len(answer["predictions"]), len(unsure["predictions"][0]), status]))',
    ].join('\n');
    const python = await run('python3', ['-c', script, address, file]);
    expect(JSON.parse(python.stdout)).toEqual([images.length, 10, 400]);
  });
});
