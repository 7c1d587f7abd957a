import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../../src-main/hosts/cli/commands';
import { needsProgram } from '../../helpers/needs';
import { openPage, program, runToEnd, serve, start, temporaryFolder, type Finished } from './support';

const scriptNeeded = needsProgram(existsSync('/usr/bin/script'), 'script', 'bsdutils');
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());
const data = (name: string): string[] => ['--data', `${folder.path}/${name}`];

describe('commands that need no core', () => {
  it('--help tells every command in a line, and the options of all', async () => {
    const { code, out, err } = await runToEnd(['--help']);
    expect(code).toBe(0);
    expect(err).toBe('');
    for (const word of ['serve', 'train', 'doctor', 'engine cuda', '--data', '--scenario', 'COMMAND --help', 'mnist-mlp'])
      expect(out).toContain(word);
    expect(out.split('\n').length).toBeLessThanOrEqual(commands.length + 23);
  });

  it('each command has its own --help', async () => {
    const { code, out, err } = await runToEnd(['train', '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^npm start -- train RECIPE \[OPTIONS\]$/m);
    expect(out).toContain('--epochs N');
    expect(out).not.toContain('--port');
  });

  it('--version is the version alone', async () => {
    const { code, out } = await runToEnd(['--version']);
    expect(code).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['trian', 'mnist-mlp'], 'Did you mean "train"?'],
    [['--prot', '1'], 'Did you mean "--port"?'],
    [['train', 'mnist'], 'Unknown recipe "mnist"'],
    [['train', 'mnist-mlp', '--epochs', '0'], '--epochs 0'],
  ])('%j: one line, exit 2', async (args, message) => {
    const { code, out, err } = await runToEnd(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err.trimEnd()).not.toContain('\n');
  });
});

describe('serve', () => {
  it('shows a status line at once and closes on SIGTERM and SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const served = await serve(`${folder.path}/signals`);
      await served.running.says(/^IT power [\d.,]+ [kM]?W \(\w+\) · live power ratio .+ · 0 running$/m);
      const { client, socket } = await openPage(served);
      const disconnected = new Promise<void>((done) => client.onConnected((connected) => !connected && done()));
      served.running.kill(signal);
      await disconnected;
      const { code, err } = await served.running.finished;
      expect({ signal, code }).toEqual({ signal, code: 0 });
      expect(err).not.toMatch(/error/i);
      socket.terminate();
    }
  });

  it('rewrites the status line in place on a terminal', scriptNeeded, async () => {
    const command = `"${process.execPath}" "${program}" serve --data "${folder.path}/tty"`;
    const running = start(['-qec', command, '/dev/null'], ['/usr/bin/script']);
    try {
      const clearLine = `\\r${String.fromCharCode(27)}\\[2K`;
      await running.says(new RegExp(`IT power[^\\n]*running${clearLine}IT power`));
    } finally {
      // Its end closes the terminal, and that ends the program in it.
      running.kill('SIGTERM');
      await running.finished;
    }
  });

  it('shows its token on a terminal, and to nobody who reads its output', async () => {
    const tokenFile = join(folder.path, 'token.txt');
    const piped = start(['serve', ...data('token')]);
    await piped.says(/^Console: http:\/\/127\.0\.0\.1:\d+\/#token=…$/m);
    await piped.says(/--token-file FILE/, 'err');
    piped.kill('SIGTERM');
    const { out, err } = await piped.finished;
    expect(out + err).not.toMatch(/token=[\w-]/);

    const filed = start(['serve', ...data('token'), '--token-file', tokenFile]);
    await filed.says(/^Console: .*, the token is in /m);
    expect(readFileSync(tokenFile, 'utf8')).toMatch(/^[\w-]{43}\n$/);
    if (process.platform !== 'win32') expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    expect(filed.out + filed.err).not.toContain(readFileSync(tokenFile, 'utf8').trim());
    filed.kill('SIGTERM');
    await filed.finished;
    expect(existsSync(tokenFile)).toBe(false);

    writeFileSync(tokenFile, 'laid there by somebody');
    const refused = await runToEnd(['serve', ...data('token'), '--token-file', tokenFile]);
    expect({ code: refused.code, out: refused.out, err: refused.err.trim() }).toEqual({
      code: 1,
      out: '',
      err: `The token file ${tokenFile} exists already. Remove it, or name another with --token-file.`,
    });
    expect(readFileSync(tokenFile, 'utf8')).toBe('laid there by somebody');
  });

  it('shows it on a terminal', scriptNeeded, async () => {
    const running = start(
      ['-qec', `"${process.execPath}" "${program}" serve --data "${folder.path}/shown"`, '/dev/null'],
      ['/usr/bin/script'],
    );
    try {
      await running.says(/Console: http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}\s/);
    } finally {
      running.kill('SIGTERM');
      await running.finished;
    }
  });

  it('says which port is in use', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const { port } = other.address() as AddressInfo;
    const { code, out, err } = await runToEnd(['serve', '--port', String(port), ...data('port')]);
    await new Promise((done) => other.close(done));
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toContain(`Port ${port} is in use`);
  });

  it('says that the data folder is in use; the doctor looks at the machine all the same', async () => {
    const served = await serve(`${folder.path}/twice`);
    try {
      const second = await runToEnd(['serve', ...data('twice')]);
      expect(second.code).toBe(1);
      expect(second.err).toContain('in use by another Coldaisle');
      const doctor = await runToEnd(['doctor', ...data('twice')]);
      expect(doctor.code).toBe(0);
      expect(doctor.err).toContain('examined without it');
      expect(doctor.out).toContain('CPU load');
    } finally {
      await served.stop();
    }
  });
});

describe('doctor', () => {
  it('tells the state of every part, and the repair of what can be repaired', async () => {
    const { code, out } = await runToEnd(['doctor', ...data('doctor')]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Part +Name +State +Found$/m);
    expect(out).toMatch(/^Sensor +CPU load +✓ works/m);
    expect(out).toMatch(/^Engine .*WebAssembly.* ✓ works/m);
    expect(out).toMatch(/^Engine .*tfjs-node-gpu.* – missing/m);
    expect(out).toMatch(/^Repairs$/m);
    expect(out).toContain('npm start -- engine cuda');
  });
});

describe('train', () => {
  it('shows each epoch and ends with a table of what was learned, drawn and paid', async () => {
    const { code, out } = await runToEnd(['train', 'mnist-mlp', '--epochs', '12', '--batch-size', '32', ...data('train')]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Epoch 1\/12 .* val\/loss/m);
    expect(out).toMatch(/^Epoch 12\/12 /m);
    expect(out).toMatch(/^mnist-mlp: succeeded in /m);
    for (const row of [
      /^Training loss +[\d.]+ +measured$/m,
      /^Validation accuracy +[\d.]+ +% +measured$/m,
      /^Test accuracy +[\d.]+ +% +measured$/m,
      /^Training throughput +[\d.,]+ +samples\/s +measured$/m,
    ])
      expect(out).toMatch(row);
    for (const name of ['Energy, IT', 'Energy, facility', 'Cost', 'CO2e'])
      expect(out).toMatch(new RegExp(`^${name} +\\S.* (measured|derived|modelled)(, partial: [\\d.]+ % covered)?$`, 'm'));
    expect(Number(/^Test accuracy +([\d.]+)/m.exec(out)?.[1])).toBeGreaterThan(85);
  });

  it('fails with a reason when its engine is not there', async () => {
    const { code, out, err } = await runToEnd(['train', 'mnist-mlp', '--engine', 'cuda', ...data('cuda')]);
    expect(code).toBe(1);
    expect(out).toContain('mnist-mlp: failed');
    expect(err).toMatch(/The run failed.*engine-unavailable/);
  });

  it('stops in order on Ctrl-C', async () => {
    const running = start(['train', 'mnist-mlp', '--epochs', '500', ...data('stop')]);
    await running.says(/^Epoch 1\/500/m);
    running.kill('SIGINT');
    const { code, out, err }: Finished = await running.finished;
    expect(code).toBe(130);
    expect(err).toContain('Stopping');
    expect(out).toContain('mnist-mlp: stopped');
  });
});
