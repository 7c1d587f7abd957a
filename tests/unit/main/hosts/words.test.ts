import { describe, expect, it } from 'vitest';
import { recipes } from '@shared/model/recipes';
import { editDistance, nearest } from '../../../../src-main/hosts/cli/nearest';
import { parseWords, UsageError } from '../../../../src-main/hosts/cli/words';

describe('parseWords', () => {
  const defaults = recipes['mnist-mlp'].defaults;

  it.each([
    [[], { word: 'serve', dataDir: null, port: 0, scenario: null, gpuHz: null, tokenFile: null }],
    [
      ['serve', '--port', '8800', '--data=lab'],
      { word: 'serve', dataDir: 'lab', port: 8800, scenario: null, gpuHz: null, tokenFile: null },
    ],
    [['--data', 'lab'], { word: 'serve', dataDir: 'lab', port: 0, scenario: null, gpuHz: null, tokenFile: null }],
    [['train', 'mnist-mlp'], { word: 'train', dataDir: null, recipe: 'mnist-mlp', engine: 'wasm', params: defaults }],
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
        word: 'train',
        dataDir: 'd',
        recipe: 'mnist-mlp',
        engine: 'cuda',
        params: { epochs: 2, batchSize: 64, learningRate: 0.01, hiddenUnits: 16, seed: 7, validationSplit: 0.1 },
      },
    ],
    [['doctor'], { word: 'doctor', dataDir: null }],
    [['engine', 'cuda'], { word: 'engine', dataDir: null, engine: 'cuda' }],
    [['train', '--help'], { word: 'help' }],
    [['-h'], { word: 'help' }],
    [['help'], { word: 'help' }],
    [['--version'], { word: 'version' }],
    [['-v'], { word: 'version' }],
    [['--scenario', 'hall'], { word: 'serve', dataDir: null, port: 0, scenario: 'hall', gpuHz: null, tokenFile: null }],
    [['--gpu-hz', '2,gpu3=10'], { word: 'serve', dataDir: null, port: 0, scenario: null, gpuHz: '2,gpu3=10', tokenFile: null }],
    [['serve', '--token-file', 't'], { word: 'serve', dataDir: null, port: 0, scenario: null, gpuHz: null, tokenFile: 't' }],
    [
      ['serve', '--scenario=rack', '--data', 'lab'],
      { word: 'serve', dataDir: 'lab', port: 0, scenario: 'rack', gpuHz: null, tokenFile: null },
    ],
  ])('%j', (argv, expected) => {
    expect(parseWords(argv)).toEqual(expected);
  });

  it.each([
    [['trian', 'mnist-mlp'], 'Did you mean "train"?'],
    [['doc'], 'Did you mean "doctor"?'],
    [['xyzzy'], 'There are: serve, train, doctor'],
    [['constructor'], 'Unknown word "constructor"'],
    [['serve', 'now'], '"now" is one word too many after "serve"'],
    [['serve', '--prot', '1'], 'Did you mean "--port"?'],
    [['serve', '--gpu-hz', '11'], '--gpu-hz 11: a whole number from 1 to 10'],
    [['serve', '--gpu-hz', 'gpu0=x'], '--gpu-hz gpu0=x: a whole number'],
    [['serve', '-x'], 'Unknown option "-x"'],
    [['serve', '-data', 'x'], 'Unknown option "-d"'],
    [['serve', '--epochs', '1'], '--epochs does not belong to "serve"'],
    [['help', '--port', '1'], '--port does not belong to "help"'],
    [['serve', '--port'], '--port needs a value'],
    [['serve', '--data', '--port', '1'], '--data needs a value'],
    [['serve', '--data='], '--data needs a value'],
    [['serve', '--port', '1', '--port', '2'], '--port is given twice'],
    [['serve', '--help=yes'], '--help takes no value'],
    [['serve', '--port', '65536'], 'a whole number from 0 to 65535'],
    [['serve', '--port', '0x10'], 'a whole number from 0 to 65535'],
    [['train'], 'Which recipe? There is: mnist-mlp.'],
    [['train', 'mnist-mpl'], 'Did you mean "mnist-mlp"?'],
    [['train', 'mnist-mlp', 'twice'], 'one word too many'],
    [['train', 'mnist-mlp', '--epochs', '0'], '--epochs 0: must be >=1'],
    [['train', 'mnist-mlp', '--epochs', '1.5'], '--epochs 1.5: must be a whole number'],
    [['train', 'mnist-mlp', '--epochs', 'many'], '--epochs many: not a number'],
    [['train', 'mnist-mlp', '--seed', '-1'], '--seed -1: must be >=0'],
    [['train', 'mnist-mlp', '--engine', 'cude'], 'Did you mean "cuda"?'],
    [['engine'], 'engine cuda'],
    [['engine', 'wasm'], 'Unknown engine "wasm"'],
  ])('%j is refused in one line', (argv, message) => {
    expect(() => parseWords(argv)).toThrow(UsageError);
    expect(() => parseWords(argv)).toThrow(message);
    try {
      parseWords(argv);
    } catch (error) {
      expect((error as Error).message).not.toContain('\n');
    }
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
