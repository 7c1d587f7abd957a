import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Exporter } from '../../fakes/exporter';
import { runToEnd, runWithInput, temporaryFolder, type Finished } from './support';

const TOKEN = 'Zk3-token-of-the-exporter';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let exporter: Exporter;
beforeAll(async () => {
  folder = await temporaryFolder();
  exporter = await Exporter.listen();
  exporter.authorization = `Bearer ${TOKEN}`;
  vi.stubEnv('COLDAISLE_SECRET_KEY_FILE', join(folder.path, 'config', 'key'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await exporter.close();
  await folder.remove();
});

const data = (): string[] => ['--data', join(folder.path, 'data')];
const run = (...words: string[]): Promise<Finished> => runToEnd([...words, ...data()]);

const runWith = (input: string, ...words: string[]): Promise<Finished> => runWithInput(input, [...words, ...data()]);

it('a secret and a source are kept, tried, listed, changed and removed in the terminal, which shows no secret', async () => {
  expect(await runWith('abc\n', 'secrets', 'set', 'rack-3')).toMatchObject({ code: 2 });
  expect(await runWith(`${TOKEN}\n`, 'secrets', 'set', 'rack-3')).toMatchObject({ code: 0, out: 'Kept rack-3.\n' });
  const settings = ['name=node-07', `url=${exporter.url}`, 'node=node-07', 'everyS=1', 'auth=bearer'];

  expect((await run('sources', 'kinds')).out).toMatch(/^prometheus: Prometheus exporter\n[\s\S]*token +name of a kept secret/);
  expect(await run('sources', 'add', 'prometheus', ...settings)).toMatchObject({
    code: 1,
    err: expect.stringContaining('Token: a value is needed'),
  });
  expect(await run('sources', 'add', 'prometheus', 'adress=x')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no setting "adress"'),
  });
  expect((await run('sources', 'test', 'prometheus', ...settings.slice(1), 'token=rack-3')).out).toMatch(
    /node\/node-07\/gpu0 +gpu\.power +312\.5/,
  );
  expect(await run('sources', 'add', 'prometheus', ...settings, 'token=rack-3')).toMatchObject({ code: 0, out: 'Added prometheus-1.\n' });
  expect((await run('sources')).out).toMatch(/^prometheus-1 +node-07 +ok +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +3$/m);
  expect((await run('secrets')).out).toMatch(/^rack-3 .* key-file +prometheus-1 \(Token\)$/m);

  expect(await run('sources', 'off', 'prometheus-1')).toMatchObject({ code: 0 });
  expect((await run('sources', 'list')).out).toMatch(/^prometheus-1 +node-07 +off/m);
  expect(await run('sources', 'remove', 'prometheus-1')).toMatchObject({ code: 0 });
  expect(await run('sources', 'remove', 'prometheus-1')).toMatchObject({
    code: 1,
    err: expect.stringContaining('there is no source prometheus-1'),
  });
  expect(await run('secrets', 'remove', 'rack-3')).toMatchObject({ code: 0 });
  expect((await run('secrets')).out).toBe('No secret is kept.\n');

  const files = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files) expect(readFileSync(join(file.parentPath, file.name), 'latin1'), file.name).not.toContain(TOKEN);
});
