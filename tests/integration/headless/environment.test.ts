import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { notOnWindows } from '../../helpers/needs';
import { runToEnd, temporaryFolder } from './support';

/** What the collectors and their libraries may start of the system's programs. */
const programs = [
  'nvidia-smi',
  'fc-list',
  'sh',
  'cat',
  'df',
  'lsblk',
  'lscpu',
  'ps',
  'uname',
  'uptime',
  'ip',
  'dmidecode',
  'smartctl',
  'udevadm',
  'who',
];

it('no program that the core or a library of its starts is handed a secret', notOnWindows, async () => {
  const { path, remove } = await temporaryFolder();
  const [bin, seen] = [join(path, 'bin'), join(path, 'seen')];
  for (const dir of [bin, seen]) mkdirSync(dir);
  for (const name of programs) {
    // The real one, once it has told what it was given.
    writeFileSync(join(bin, name), `#!/bin/sh\nenv > ${seen}/${name}\nPATH="\${PATH#*:}" exec ${name} "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env['PATH'] ?? ''}`);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-of-the-shell');
  vi.stubEnv('GITHUB_TOKEN', 'secret-of-the-shell');
  const { code } = await runToEnd(['doctor', '--data', join(path, 'data')]);
  vi.unstubAllEnvs();
  expect(code).toBe(0);
  const asked = readdirSync(seen);
  expect(asked).toContain('nvidia-smi');
  for (const name of asked) {
    const given = readFileSync(join(seen, name), 'utf8');
    expect(given, name).toMatch(/^PATH=/m);
    expect(given, name).not.toContain('secret-of-the-shell');
  }
  await remove();
});
