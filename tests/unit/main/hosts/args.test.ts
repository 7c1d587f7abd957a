import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { foundOut } from '@shared/model/import';
import { createProgram, parseArgs } from '../../../../src-main/hosts/cli/args';
import { defineCommand } from '../../../../src-main/hosts/cli/command';
import { commands } from '../../../../src-main/hosts/cli/commands';
import { helpText } from '../../../../src-main/hosts/cli/help';
import { editDistance, nearest } from '../../../../src-main/hosts/cli/nearest';
import { Terminal } from '../../../../src-main/hosts/cli/terminal';
import { UsageError } from '../../../../src-main/hosts/cli/usage';
import { amount, moment, wholeNumber } from '../../../../src-main/hosts/cli/values';

describe('parseArgs', () => {
  it.each([
    [[], { command: 'serve', request: { dataDir: null, port: 0, scenario: null, serveFeeds: null, gpuHz: null, tokenFile: null } }],
    [
      ['serve', '--port', '8800', '--data=lab'],
      { command: 'serve', request: { dataDir: 'lab', port: 8800, scenario: null, serveFeeds: null, gpuHz: null, tokenFile: null } },
    ],
    [
      ['--scenario', 'hall', '--serve-feeds'],
      { command: 'serve', request: { dataDir: null, port: 0, scenario: 'hall', serveFeeds: 0, gpuHz: null, tokenFile: null } },
    ],
    [
      ['serve', '--scenario', 'hall', '--serve-feeds', '15020'],
      { command: 'serve', request: { dataDir: null, port: 0, scenario: 'hall', serveFeeds: 15_020, gpuHz: null, tokenFile: null } },
    ],
    [
      ['--data', 'lab'],
      { command: 'serve', request: { dataDir: 'lab', port: 0, scenario: null, serveFeeds: null, gpuHz: null, tokenFile: null } },
    ],
    [
      ['run', '--name', 'mine', '--', 'python', 'train.py', '--help', '--data', '-v'],
      {
        command: 'run',
        request: {
          dataDir: null,
          program: { command: 'python', args: ['train.py', '--help', '--data', '-v'], cwd: process.cwd() },
          labels: { name: 'mine' },
        },
      },
    ],
    [
      ['train', 'mnist-mlp'],
      { command: 'train', request: { dataDir: null, recipe: 'mnist-mlp', document: null, engine: 'wasm', params: {} } },
    ],
    [
      ['train', 'fashion-cnn', '--set', 'filters=8', '--epochs', '3'],
      { command: 'train', request: { recipe: 'fashion-cnn', params: { epochs: 3, filters: 8 } } },
    ],
    [
      [
        'train',
        '--epochs',
        '2',
        'mnist-mlp',
        '--batch-size=64',
        '--learning-rate',
        '1e-2',
        '--hidden',
        '16',
        '--seed',
        '7',
        '--validation-split',
        '0.1',
        '--engine',
        'cuda',
        '--data',
        'd',
      ],
      {
        command: 'train',
        request: {
          dataDir: 'd',
          recipe: 'mnist-mlp',
          engine: 'cuda',
          params: { epochs: 2, batchSize: 64, learningRate: 0.01, hiddenUnits: 16, seed: 7, validationSplit: 0.1 },
        },
      },
    ],
    [['doctor'], { command: 'doctor', request: { dataDir: null } }],
    [
      ['logs', '3f'],
      { command: 'logs', request: { dataDir: null, run: '3f', tail: null, fromLine: null, sinceMs: null, text: null, follow: false } },
    ],
    [
      ['logs', '3f', '--tail', '0', '--follow', '--json', '--text', 'NaN', '--data=d'],
      { command: 'logs', request: { dataDir: 'd', run: '3f', tail: 0, text: 'NaN', follow: true, json: true } },
    ],
    [['logs', '3f', '--from-line', '12'], { command: 'logs', request: { fromLine: 12 } }],
    [['logs', '3f', '--since', '1795000000000'], { command: 'logs', request: { sinceMs: 1_795_000_000_000 } }],
    [['engine', 'cuda'], { command: 'engine', request: { dataDir: null, engine: 'cuda' } }],
    [['train', '--help'], { command: 'help', request: { of: 'train' } }],
    [['train', 'mnist-mlp', '--epochs', '-h'], { command: 'help', request: { of: 'train' } }],
    [['help', 'train'], { command: 'help', request: { of: 'train' } }],
    [['serve', '-v'], { command: 'version' }],
    [['-h'], { command: 'help', request: { of: null } }],
    [['--data', 'lab', '--help'], { command: 'help', request: { of: null } }],
    [['help'], { command: 'help' }],
    [['--version'], { command: 'version' }],
    [['-v'], { command: 'version' }],
    [['--scenario', 'hall'], { command: 'serve', request: { dataDir: null, port: 0, scenario: 'hall', gpuHz: null, tokenFile: null } }],
    [['--data', 'lab', 'runs', '--limit', '3'], { command: 'runs', request: { dataDir: 'lab', query: { limit: 3 } } }],
    [['--epochs', '2', 'train', 'mnist-mlp'], { command: 'train', request: { engine: 'wasm' } }],
    [['runs', '0mw', '--json'], { command: 'runs', request: { run: '0mw', as: 'json' } }],
    [['runs', '0mw', '--diff'], { command: 'runs', request: { run: '0mw', as: 'diff' } }],
    [['--json', 'runs'], { command: 'runs', request: { json: true } }],
    [['--data=runs', 'doctor'], { command: 'doctor', request: { dataDir: 'runs' } }],
    [['--data', 'runs'], { command: 'serve', request: { dataDir: 'runs' } }],
    [
      ['--gpu-hz', '2,gpu3=10'],
      { command: 'serve', request: { dataDir: null, port: 0, scenario: null, serveFeeds: null, gpuHz: '2,gpu3=10', tokenFile: null } },
    ],
    [
      ['serve', '--token-file', 't'],
      { command: 'serve', request: { dataDir: null, port: 0, scenario: null, serveFeeds: null, gpuHz: null, tokenFile: 't' } },
    ],
    [
      ['serve', '--scenario=rack', '--data', 'lab'],
      { command: 'serve', request: { dataDir: 'lab', port: 0, scenario: 'rack', gpuHz: null, tokenFile: null } },
    ],
  ])('%j', (argv, expected) => {
    expect(parseArgs(argv)).toMatchObject(expected);
  });

  it.each([
    [['trian', 'mnist-mlp'], 'Did you mean "train"?'],
    [['doc'], 'Did you mean "doctor"?'],
    [
      ['xyzzy'],
      'There are: serve, train, serve-model, predict, run, rerun, resume, adopt, allow-programs, runs, logs, processes, cooling, epw, curves, data, doctor',
    ],
    [['constructor'], 'Unknown command "constructor"'],
    [['run'], 'Which program? run -- python train.py'],
    [['run', '--priority', 'high', '--', 'true'], '--priority high: a whole number from -100 to 100 is needed'],
    [['run', '--priority', '-101', '--', 'true'], '--priority -101: a whole number from -100 to 100 is needed'],
    [['run', 'python', '--epochs', '3'], '--epochs does not belong to "run"'],
    [['serve', 'now'], '"now" is one argument too many for "serve"'],
    [['serve', '--prot', '1'], 'Did you mean "--port"?'],
    [['serve', '--gpu-hz', '11'], '--gpu-hz 11: a whole number from 1 to 10'],
    [['serve', '--gpu-hz', 'gpu0=x'], '--gpu-hz gpu0=x: a whole number'],
    [['serve', '-x'], 'Unknown option "-x"'],
    [['serve', '-data', 'x'], 'Unknown option "-data". Did you mean "--data"?'],
    [['serve', '--epochs', '1'], '--epochs does not belong to "serve"'],
    [['help', '--port', '1'], '--port does not belong to "help"'],
    [['serve', '--port'], '--port needs a value'],
    [['serve', '--data', '--port', '1'], '--data needs a value'],
    [['serve', '--data='], '--data needs a value'],
    [['serve', '--port', '1', '--port', '2'], '--port is given twice'],
    [['serve', '--help=yes'], '--help takes no value'],
    [['serve', '--port', '65536'], 'a whole number from 0 to 65535'],
    [['serve', '--port', '0x10'], 'a whole number from 0 to 65535'],
    [['train'], 'Which recipe? There are: mnist-mlp, mnist-cnn'],
    [['train', 'mnist-mpl'], 'Did you mean "mnist-mlp"?'],
    [['train', 'no-such-file.json'], 'no-such-file.json: ENOENT'],
    [['train', 'mnist-cnn', '--set', 'filters'], '--set filters: NAME=NUMBER is needed'],
    [['train', 'mnist-mlp', 'twice'], 'one argument too many'],
    [['train', 'mnist-mlp', '--epochs', '0'], '--epochs 0: must be at least 1'],
    [['train', 'mnist-mlp', '--epochs', '1.5'], '--epochs 1.5: a whole number is needed'],
    [['train', 'mnist-mlp', '--epochs', 'many'], '--epochs many: a number is needed'],
    [['train', 'mnist-mlp', '--seed', '-1'], '--seed -1: must be at least 0'],
    [['train', 'mnist-mlp', '--engine', 'cude'], 'Did you mean "cuda"?'],
    [['logs'], 'Whose log? logs RUN'],
    [['logs', 'a', '--tail', '5', '--from-line', '9'], 'Only one of --tail, --from-line and --since'],
    [['logs', 'a', '--from-line', '0'], '--from-line 0: a whole number from 1'],
    [['logs', 'a', '--since', 'noon'], '--since noon: a time as'],
    [['logs', 'a', '--text', 'x'.repeat(201)], '--text: at most 200 characters'],
    [['engine'], 'engine cuda'],
    [['engine', 'wasm'], 'Unknown engine "wasm"'],
  ])('%j is refused in one line', (argv, message) => {
    expect(() => parseArgs(argv)).toThrow(UsageError);
    expect(() => parseArgs(argv)).toThrow(message);
    try {
      parseArgs(argv);
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
  });
});

describe('parseArgs of files', () => {
  const imported = { dataDir: null, map: null, time: null, machine: null, format: null, report: null };
  const exported = {
    dataDir: null,
    file: 'x.csv',
    format: 'csv',
    fromMs: null,
    toMs: null,
    series: [],
    devices: [],
    metrics: [],
  };
  it.each([
    [
      ['import', 'a.om', 'b.csv'],
      { dataDir: null, files: ['a.om', 'b.csv'], map: null, time: null, csv: foundOut, machine: null, format: null, report: null },
    ],
    [
      ['import', 'a', '--map', 'x=gpu.power@g', '--time', 't', '--machine', 'n7', '--format=csv', '--report', 'r', '--data', 'd'],
      { dataDir: 'd', files: ['a'], map: 'x=gpu.power@g', time: 't', csv: foundOut, machine: 'n7', format: 'csv', report: 'r' },
    ],
    [
      [
        'import',
        'a',
        '--zone',
        'Europe/Berlin',
        '--start',
        '2026-11-20',
        '--dates',
        'day-first',
        '--separator',
        'semicolon',
        '--decimal',
        'comma',
        '--skip',
        '3',
        '--encoding',
        'latin1',
      ],
      {
        ...imported,
        files: ['a'],
        csv: {
          zone: 'Europe/Berlin',
          start: '2026-11-20',
          dates: 'day-first',
          separator: ';',
          decimal: ',',
          skip: 3,
          encoding: 'windows-1252',
        },
      },
    ],
    [
      ['import', 'a', '--separator', '\\t', '--decimal', '.'],
      { ...imported, files: ['a'], csv: { ...foundOut, separator: '\t', decimal: '.' } },
    ],
    [['export', 'x.csv'], exported],
    [
      ['export', 'x.om', '--series', '1, 2', '--device', 'gpu*', '--metric', 'gpu.power,gpu.load'],
      { ...exported, file: 'x.om', format: 'openmetrics', series: [1, 2], devices: ['gpu*'], metrics: ['gpu.power', 'gpu.load'] },
    ],
    [
      ['export', 'x', '--format', 'parquet', '--from', '1795000000000', '--to', '2026-11-18T11:07:00Z'],
      { ...exported, file: 'x', format: 'parquet', fromMs: 1_795_000_000_000, toMs: 1_795_000_020_000 },
    ],
    [['backup', 'x.sqlite3'], { dataDir: null, file: 'x.sqlite3' }],
    [['restore', 'x.sqlite3', '--data', 'd'], { dataDir: 'd', file: 'x.sqlite3' }],
  ])('%j', (argv, expected) => {
    expect(parseArgs(argv)).toMatchObject({ command: argv[0], request: expected });
  });

  it('counts back from now', () => {
    const nowMs = 1_795_000_000_000;
    expect(moment('--from', '6h', nowMs)).toBe(nowMs - 6 * 3_600_000);
    expect(moment('--to', 'now', nowMs)).toBe(nowMs);
    expect(moment('--to', undefined, nowMs)).toBeNull();
  });

  it.each([
    [['import'], 'Which file? import FILE'],
    [['import', 'a', '--format', 'xml'], 'Unknown format "xml"'],
    [['export'], 'Which file?'],
    [['export', 'x'], 'Which format?'],
    [['export', 'x.csv', 'y'], '"y" is one argument too many'],
    [['export', 'x.csv', '--from', 'yesterday'], '--from yesterday: a time as'],
    [['export', 'x.csv', '--from', '1h', '--to', '2h'], '--to must be after --from'],
    [['export', 'x.csv', '--series', 'gpu0'], '--series gpu0'],
    [['backup'], 'Which file?'],
    [['backup', 'x', '--map', 'y'], '--map does not belong to "backup"'],
    [['import', 'a', '--skip', 'all'], '--skip all'],
    [['import', 'a', '--encoding', 'ebcdic'], '--encoding ebcdic: it is utf-8'],
  ])('%j is refused', (argv, message) => {
    expect(() => parseArgs(argv)).toThrow(UsageError);
    expect(() => parseArgs(argv)).toThrow(message);
  });
});

describe('a new command', () => {
  const hello = defineCommand({
    name: 'hello',
    summary: 'greet somebody',
    missing: 'Whom? hello NAME',
    define: (cli) => cli.argument('<NAME>', 'who is greeted').option('--times <N>', 'how often, default 1'),
    check: ({ times }, name) => ({ name, times: wholeNumber('--times', times ?? '1', 1, 3) }),
    run: ({ name, times }, { terminal }) => {
      for (let i = 0; i < times; i++) terminal.line(`Hello ${name}`);
      return Promise.resolve(7);
    },
  });
  const known = [...commands, hello];

  it('is one definition: its arguments are checked, its help is told, it runs', async () => {
    expect(() => parseArgs(['hello'], known)).toThrow('Whom? hello NAME');
    expect(() => parseArgs(['helloo', 'you'], known)).toThrow('Did you mean "hello"?');
    expect(() => parseArgs(['hello', 'you', '--port', '1'], known)).toThrow('--port does not belong to "hello". There is: --times.');
    expect(() => parseArgs(['hello', 'you', '--times', '4'], known)).toThrow('--times 4: a whole number from 1 to 3');
    const out = new PassThrough();
    const terminal = new Terminal({ out, err: out });
    const context = {
      terminal,
      version: '',
      paths: () => null as never,
      startCore: () => null as never,
      openCore: () => null as never,
      help: () => '',
    };
    expect(await parseArgs(['hello', 'you', '--times=2'], known).run(context)).toBe(7);
    expect(String(out.read())).toBe('Hello you\nHello you\n');
    const program = createProgram(known, () => undefined);
    expect(helpText(program, '1.2.3', null)).toMatch(/^ {2}hello NAME +greet somebody$/m);
    const own = program.commands.find((one) => one.name() === 'hello') ?? null;
    expect(helpText(program, '1.2.3', own)).toBe(
      'npm start -- hello NAME [OPTIONS]\ngreet somebody\n\n  NAME                        who is greeted\n\n  --times N                   how often, default 1',
    );
  });

  it('the help of all tells each command in a line, the help of one each of its options, in lines of a terminal', () => {
    const program = createProgram(commands, () => undefined);
    const text = helpText(program, '1.2.3', null);
    for (const cli of program.commands) {
      expect(text).toMatch(new RegExp(`^ {2}${cli.name()}( |$)`, 'm'));
      const own = helpText(program, '1.2.3', cli);
      for (const { long = '' } of cli.options) expect(own).toContain(`${long} `);
      for (const line of own.split('\n')) expect(line.length).toBeLessThanOrEqual(130);
    }
    for (const long of ['--data', '--scenario', '--gpu-hz']) expect(text.split(`  ${long} `)).toHaveLength(2);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(130);
  });
});

describe('nearest', () => {
  it('counts letters added, left out, changed and swapped', () => {
    expect(editDistance('train', 'train')).toBe(0);
    expect(editDistance('trian', 'train')).toBe(1);
    expect(editDistance('trin', 'train')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
  });

  it('suggests nothing far away', () => {
    expect(nearest('bananas', ['serve', 'train'])).toBeNull();
    expect(nearest('SERVE', ['serve', 'train'])).toBe('serve');
  });
});

describe('amounts', () => {
  it.each([
    ['330', 330],
    ['70B', 70e9],
    ['1.4T', 1.4e12],
    ['175e9', 175e9],
    ['40%', 0.4],
    ['1_024', 1_024],
    ['.5', 0.5],
    ['-0.04', -0.04],
  ])('%s', (typed, value) => expect(amount('--n', typed, {})).toBeCloseTo(value, 12));

  it.each([
    ['', {}, '--n : a number is needed.'],
    ['1,5', {}, '--n 1,5: a number is needed.'],
    ['12 W', {}, '--n 12 W: a number is needed.'],
    ['1e999', {}, '--n 1e999: a number is needed.'],
    ['0', { above: 0, most: 1 }, '--n 0: a number above 0 and of at most 1 is needed.'],
    ['40', { above: 0, most: 1 }, '--n 40: a number above 0 and of at most 1 is needed.'],
    ['0.9', { least: 1 }, '--n 0.9: a number of at least 1 is needed.'],
  ])('%j is refused with what is needed', (typed, bounds, words) =>
    expect(() => amount('--n', typed, bounds)).toThrow(new UsageError(words)),
  );
});
