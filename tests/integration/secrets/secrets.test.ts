import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { bundleEntry } from '../../helpers/bundle';
import { notOnWindows } from '../../helpers/needs';
import { openPage, repo, runToEnd, serve, temporaryFolder } from '../headless/support';

/** Nothing else in these folders reads like it. */
const VALUE = 'Zw7#hunter22/ä"Q';
const written = [VALUE, encodeURIComponent(VALUE), JSON.stringify(VALUE).slice(1, -1), Buffer.from(VALUE).toString('hex')];
// Of base64, the letters that depend on the value alone, wherever it stands.
const inBase64 = [0, 1, 2].map((before) =>
  Buffer.from(`${'x'.repeat(before)}${VALUE}`)
    .toString('base64')
    .slice(4, -4),
);
const tells = (bytes: Buffer | string): string[] => {
  const text = Buffer.from(bytes).toString('latin1');
  return [...written.map((form) => Buffer.from(form).toString('latin1')), ...inBase64].filter((form) => text.includes(form));
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());
afterEach(() => {
  vi.unstubAllEnvs();
});
const at = (...names: string[]): string => join(folder.path, ...names);

function filesUnder(dir: string): string[] {
  const entries = readdirSync(dir, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

it(
  'a secret goes in and never comes out: not in the database, its journal, a backup, an export, a log, a child',
  notOnWindows,
  async () => {
    const [bin, seen] = [at('bin'), at('seen')];
    for (const dir of [bin, seen]) mkdirSync(dir);
    for (const name of ['nvidia-smi', 'sh', 'ps', 'lscpu', 'df']) {
      writeFileSync(join(bin, name), `#!/bin/sh\nenv > ${seen}/${name}\nPATH="\${PATH#*:}" exec ${name} "$@"\n`);
      chmodSync(join(bin, name), 0o755);
    }
    vi.stubEnv('PATH', `${bin}${delimiter}${process.env['PATH'] ?? ''}`);
    vi.stubEnv('COLDAISLE_SECRET_KEY_FILE', at('config', 'key'));
    const served = await serve(at('data'));
    const { client, socket } = await openPage(served);
    await client.call('secrets.set', { id: 'meters/pdu-1', value: VALUE });
    const { secrets } = await client.call('secrets.list', {});
    expect(secrets).toMatchObject([{ id: 'meters/pdu-1', keeper: 'key-file', isReadable: true }]);

    // Refused with words that do not quote it.
    const refused = await Promise.allSettled([
      client.call('secrets.set', { id: VALUE, value: VALUE }),
      client.call('secrets.set', { id: 'x', value: VALUE.repeat(2_000) }),
      client.call('secrets.remove', { id: 'nothing' }),
      client.call('backup.restore', { name: VALUE }),
      client.call('settings.set', { [VALUE]: VALUE } as never),
    ]);
    for (const one of refused) expect(tells(one.status === 'rejected' ? String((one.reason as Error).stack) : '')).toEqual([]);
    expect(refused.slice(0, 3).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);

    const report = await client.call('doctor.report', {});
    expect(report.items.find(({ id }) => id === 'storage.secrets')).toMatchObject({ state: 'works' });
    expect(tells(JSON.stringify([secrets, report, await client.call('log.read', {})]))).toEqual([]);
    await client.call('backup.create', {});
    expect(await runToEnd(['export', at('all.csv'), '--data', at('data')])).toMatchObject({ code: 0 });
    // While it runs: the journal is there too.
    const running = filesUnder(at('data'));
    expect(running.some((file) => file.endsWith('-wal'))).toBe(true);
    expect(running.filter((file) => tells(readFileSync(file)).length > 0)).toEqual([]);
    socket.terminate();
    const { out, err } = await served.stop();
    expect(tells(out + err)).toEqual([]);
    const files = [...filesUnder(at('data')), ...filesUnder(seen), at('all.csv')];
    expect(files.some((file) => file.includes('backups'))).toBe(true);
    expect(filesUnder(seen).length).toBeGreaterThan(0);
    expect(files.filter((file) => tells(readFileSync(file)).length > 0)).toEqual([]);
    // What is encrypted, and its key, lie apart and are for the owner alone.
    expect(statSync(at('data', 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(statSync(at('config', 'key')).mode & 0o777).toBe(0o600);

    const again = await serve(at('data'), ['--secret-key-file', at('elsewhere', 'key')]);
    const page = await openPage(again);
    expect((await page.client.call('secrets.list', {})).secrets).toMatchObject([{ isReadable: false }]);
    page.socket.terminate();
    await again.stop();
  },
);

it('a core that ends by an error tells no secret, on the terminal or in its log', async () => {
  vi.stubEnv('COLDAISLE_SECRET_KEY_FILE', at('crash', 'key'));
  const program = await bundleEntry('tests/integration/secrets/crash.ts');
  const failed = await promisify(execFile)(process.execPath, [program, join(repo, 'out', 'main'), at('crash', 'data'), VALUE]).catch(
    (error: unknown) => error as { code: number; stdout: string; stderr: string },
  );
  expect(failed).toMatchObject({ code: 1 });
  expect(failed.stderr).toContain('asking http://admin:[secret meters/pdu-1]@pdu-1/');
  expect(failed.stderr).toContain('Coldaisle failed: Error: the login admin:[secret meters/pdu-1] was refused');
  const log = readFileSync(at('crash', 'data', 'logs', 'core.log'), 'utf8');
  expect(log).toContain('the login admin:[secret meters/pdu-1] was refused');
  expect(tells(failed.stdout + failed.stderr + log)).toEqual([]);
  expect(filesUnder(at('crash')).filter((file) => tells(readFileSync(file)).length > 0)).toEqual([]);
});
