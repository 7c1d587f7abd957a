import { describe, expect, it } from 'vitest';
import type { ScalarReading } from '../../../../src-main/core/readers/reading';
import { TextReaders } from '../../../../src-main/core/readers/text';
import type { MarkRule } from '@shared/model/mark';

interface Read {
  readonly readings: ScalarReading[];
  readonly notices: string[];
}

function read(text: string, rules: readonly MarkRule[] = []): Read {
  const readings: ScalarReading[] = [];
  const notices: string[] = [];
  const readers = new TextReaders(
    (reading) => readings.push(reading),
    (notice) => notices.push(notice),
    rules,
  );
  readers.push('stdout', text, null);
  readers.end();
  return { readings, notices };
}

/** `name@step=value`, in their order. */
function told(text: string, rules: readonly MarkRule[] = []): string[] {
  return read(text, rules).readings.map(({ name, step, value, unit = '' }) => `${name}@${step}=${value}${unit}`);
}

const BACK = '\b'.repeat(60);

describe('Keras', () => {
  it('reads an epoch of Keras 2 with its validation once, and means within it by another name', () => {
    const text =
      'Epoch 1/2\n' +
      '\r  1/938 [..............................] - ETA: 4:10 - loss: 2.3987 - accuracy: 0.1250' +
      `${BACK}\r500/938 [==============>...............] - ETA: 1s - loss: 0.4 - accuracy: 0.88` +
      `${BACK}\r938/938 [==============================] - 3s 3ms/step - loss: 0.2912 - accuracy: 0.9153` +
      `${BACK}\r938/938 [==============================] - 3s 3ms/step - loss: 0.2912 - accuracy: 0.9153 - val_loss: 0.1387 - val_accuracy: 0.9601\n`;
    expect(told(text)).toEqual([
      'loss (running mean)@1=2.3987',
      'accuracy (running mean)@1=0.125',
      'loss (running mean)@500=0.4',
      'accuracy (running mean)@500=0.88',
      'loss@938=0.2912',
      'accuracy@938=0.9153',
      'val_loss@938=0.1387',
      'val_accuracy@938=0.9601',
    ]);
    expect(read(text).readings.at(-1)?.epoch).toBe(1);
  });

  it('reads the bar of Keras 3: colours, no sign before the time, metrics in any order', () => {
    const bar = (step: string, rest: string): string =>
      `${BACK}\r\x1b[1m${step}\x1b[0m \x1b[32m━━━━━━━━━━━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m3s\x1b[0m 3ms/step - ${rest}`;
    const text =
      `Epoch 1/1\n${bar('12/938', 'accuracy: 0.2000 - loss: 2.1000')}` +
      `${bar('938/938', 'accuracy: 0.9153 - loss: 0.2912')}${bar('938/938', 'accuracy: 0.9154 - loss: 0.2911')}\n`;
    expect(told(text)).toEqual(['accuracy (running mean)@12=0.2', 'loss (running mean)@12=2.1', 'accuracy@938=0.9154', 'loss@938=0.2911']);
  });

  it('counts on over epochs, tells the last at the end, and takes the bar after it for an evaluation', () => {
    const epoch = (n: number, loss: string): string =>
      `Epoch ${n}/2\n50/100 ━━━━━━━━━━ 1s 9ms/step - loss: 9.0\n100/100 ━━━━━━━━━━ 1s 9ms/step - loss: ${loss}\n`;
    const text = `${epoch(1, '0.5')}${epoch(2, '0.25')}\n 1/10 ━━━━ 0s - loss: 0.4\n10/10 ━━━━━━━━━━ 0s 1ms/step - loss: 0.3000\n`;
    expect(told(text)).toEqual([
      'loss (running mean)@50=9',
      'loss@100=0.5',
      'loss (running mean)@150=9',
      'loss@200=0.25',
      'evaluate/loss@200=0.3',
    ]);
  });

  it('reads verbose=2, an unknown total and samples of old Keras', () => {
    expect(told('Epoch 1/2\n938/938 - 3s - 3ms/step - accuracy: 0.9 - loss: 0.4 - val_loss: 0.2\nEpoch 2/2\n')).toEqual([
      'accuracy@938=0.9',
      'loss@938=0.4',
      'val_loss@938=0.2',
    ]);
    expect(told('    938/Unknown 3s 3ms/step - accuracy: 0.91 - loss: 0.29\n')).toEqual([
      'accuracy (running mean)@938=0.91',
      'loss (running mean)@938=0.29',
    ]);
    expect(told('    938/Unknown ━━━━━━━━━━━━━━━━━━━━ 3s 3ms/step - loss: 0.29\n')).toEqual(['loss (running mean)@938=0.29']);
    expect(told('Epoch 1/1\n60000/60000 [==============================] - 8s 135us/sample - loss: 0.26 - acc: 0.92\n')).toEqual([
      'loss@60000=0.26',
      'acc@60000=0.92',
    ]);
  });

  it('keeps a loss that became no number', () => {
    expect(told('Epoch 1/1\n9/9 - 1s - loss: nan - mae: inf\n')).toEqual(['loss@9=NaN', 'mae@9=Infinity']);
  });
});

describe('tqdm', () => {
  it('reads the postfix, not the run id, the times and the rate (Lightning)', () => {
    const text = '\rEpoch 0:   9%|▊         | 3/35 [00:14<02:29,  4.68s/it, loss=10.122, v_num=193413]\n';
    expect(read(text).readings).toEqual([{ name: 'loss', step: 3, epoch: 0, value: 10.122, atMs: null }]);
  });

  it('counts on in the next epoch, and leaves a bar without numbers alone', () => {
    const bar = (epoch: number, step: number, loss: number): string =>
      `\rEpoch ${epoch}: 9%|▊ | ${step}/35 [1:10:27<00:29,  4.68s/it, v_num=0, train_loss=${loss}]`;
    expect(told(`${bar(0, 35, 2)}\rValidation DataLoader 0:  50%|█ | 1/2 [00:00<00:00]${bar(1, 3, 1.5)}\n`)).toEqual([
      'train_loss@35=2',
      'train_loss@38=1.5',
    ]);
  });

  it('keeps nested bars apart', () => {
    const text =
      '\rEpochs:  50%|█████     | 1/2 [00:03<00:03]\n\rBatches:  10%|█ | 3/30 [00:01<00:09,  2.9it/s, loss=0.71]\x1b[A' +
      '\n\rBatches:  20%|██ | 6/30 [00:02<00:08,  2.9it/s, loss=0.6]\x1b[A';
    expect(read(text).readings.map(({ name, step, epoch, value }) => [name, step, epoch, value])).toEqual([
      ['loss', 3, 1, 0.71],
      ['loss', 6, 1, 0.6],
    ]);
  });

  it('reads bars with scaled counts, without a total, and one that begins anew', () => {
    expect(told('  2%|▏ | 1.50k/60.0k [00:01<00:39, 1.48kit/s, acc=91.5%]\n')).toEqual(['acc@1500=91.5%']);
    expect(told('12it [00:05,  2.37it/s, loss=0.5]\n')).toEqual(['loss@12=0.5']);
    expect(told('Epoch 26: : 632it [03:00, 3.5it/s, loss=1.25]\n')).toEqual(['loss@632=1.25']);
    expect(told('\r100%|█| 10/10 [00:01<00:00, loss=2]\r  0%| | 0/10 [00:00<?, ?it/s]\r 10%|▏| 1/10 [00:00<00:00, loss=1]\n')).toEqual([
      'loss@10=2',
      'loss@11=1',
    ]);
  });

  it('tells a bar that is drawn again once, and takes no log line for a bar', () => {
    expect(told('50%|█ | 5/10 [00:01<00:01, 5it/s, loss=2]\n50%|█ | 5/10 [00:02<00:01, 5it/s, loss=2]\n')).toEqual(['loss@5=2']);
    expect(told('12 workers [a, b=2]\n')).toEqual([]);
  });
});

describe('dictionaries', () => {
  it('reads those of the Hugging Face Trainer in their forms, at the step of its bar', () => {
    const text =
      '\r 10%|█         | 10/100 [00:10<01:30,  1.0s/it]\n' +
      "{'loss': 0.5, 'grad_norm': 1.25, 'learning_rate': 1e-05, 'epoch': 0.1}\n" +
      '\r 20%|██        | 20/100 [00:20<01:20,  1.0s/it]\n' +
      "{'loss': '5.072', 'learning_rate': '0', 'grad_norm': 'nan', 'epoch': '0.2'}\n" +
      '\r 50%|█████     | 5/10 [00:20<01:20,  1.0s/it]\n' +
      "{'eval_loss': np.float64(0.25), 'eval_runtime': 2.5, 'epoch': 0.2}\n";
    expect(told(text)).toEqual([
      'loss@10=0.5',
      'grad_norm@10=1.25',
      'learning_rate@10=0.00001',
      'loss@20=5.072',
      'learning_rate@20=0',
      'grad_norm@20=NaN',
      'eval_loss@20=0.25',
      'eval_runtime@20=2.5',
    ]);
  });

  it('says that lines without a step are counted', () => {
    const { readings, notices } = read("{'loss': 0.5}\n{'loss': 0.4}\n");
    expect(readings.map(({ step, value }) => [step, value])).toEqual([
      [null, 0.5],
      [null, 0.4],
    ]);
    expect(notices).toEqual([expect.stringContaining('tell no step')]);
  });
});

describe('a mark', () => {
  it('of a line that tells no step lies at the newest one of the other lines, and is counted on where they stand still', () => {
    const { readings } = read(
      'step=40 loss=0.5\nPerplexity is 12.5 now\nPerplexity is 11.5 now\nstep=50 loss=0.4\nPerplexity is 10 now\n',
      [{ name: 'perplexity', pattern: 'Perplexity is {value} now' }],
    );
    expect(readings.filter(({ name }) => name === 'perplexity').map(({ step, value }) => [step, value])).toEqual([
      [40, 12.5],
      [null, 11.5],
      [50, 10],
    ]);
  });
});

describe('JSON lines', () => {
  it('reads numbers with their step, their time and what lies deeper, and no log record', () => {
    const text =
      '{"step": 5, "epoch": 1, "train": {"loss": 0.5, "lr": "1e-3"}, "timestamp": "2026-11-23T14:00:00Z", "note": "x"}\n' +
      '{"level":30,"time":1732370400000,"pid":12,"hostname":"a","msg":"listening on 80"}\n';
    expect(read(text).readings).toEqual([
      { name: 'train/loss', step: 5, epoch: 1, value: 0.5, atMs: Date.UTC(2026, 10, 23, 14) },
      { name: 'train/lr', step: 5, epoch: 1, value: 0.001, atMs: Date.UTC(2026, 10, 23, 14) },
    ]);
  });
});

describe('key and value', () => {
  it.each([
    ['step=5 loss=0.5 acc=91.5%', ['loss@5=0.5', 'acc@5=91.5%']],
    ['Epoch 3/10, Loss: 0.52, lr=2.0e-05, eta=1:10:27', ['Loss@3=0.52', 'lr@3=0.00002']],
    ['time 2022-11-19_07:19:29.77 train_loss: 0.4796  step:2', ['train_loss@2=0.4796']],
    ['loss: 0.25 (avg 0.31)', ['loss@null=0.25']],
    ['Train Epoch: 1 [640/60000 (1%)]\tLoss: 2.300039', ['train/Loss@640=2.300039']],
    ['Test set: Average loss: 0.0501, Accuracy: 9837/10000 (98%)', ['test/Average loss@null=0.0501', 'test/Accuracy@null=0.9837']],
    ['iter 250: loss 2.4031, time 123.45ms, mfu 12.30%', ['loss@250=2.4031', 'mfu@250=12.3%']],
    ['step 250: train loss 2.1, val loss 2.3', ['train/loss@250=2.1', 'val/loss@250=2.3']],
    [
      'Epoch: [0]  [  10/7393]  eta: 1:10:27  lr: 0.000300  loss: 4.8 (5.2)  time: 0.5  data: 0.1  max mem: 2345',
      ['lr@10=0.0003', 'loss@10=4.8'],
    ],
    ['[train] epoch=2 loss=0.5 | [val] loss=0.6', ['train/loss@2=0.5', 'val/loss@2=0.6']],
    [
      'Train loss: 0.5 acc: 0.9 | Val loss: 0.6 acc: 0.8',
      ['train/loss@null=0.5', 'train/acc@null=0.9', 'val/loss@null=0.6', 'val/acc@null=0.8'],
    ],
    ['epoch 1 损失=0.5 Verlust: 0.4', ['损失@1=0.5', 'Verlust@1=0.4']],
    ['step 7: grad norm: nan, loss=-inf', ['grad norm@7=NaN', 'loss@7=-Infinity']],
    ['Learning rate: 0.001', ['Learning rate@null=0.001']],
  ])('reads %j', (line, expected) => {
    expect(told(`${line}\n`)).toEqual(expected);
  });

  it.each([
    'Listening on port: 8080',
    'batch_size=32 num_workers=4 seed: 42',
    '2026-11-27 12:30:15,123 INFO root: version: 2.21.0',
    'connecting to host=10.0.0.12',
    'step 5 took time=0.5 size: 12GB memory: 3.5 GiB',
    'Model parameters: 1234567',
    'Saved checkpoint-500 in /runs/a=1/loss:3/x',
    'WARNING: 3 of 5',
    '',
    '    ',
  ])('finds nothing in %j', (line) => {
    expect(told(`${line}\n`)).toEqual([]);
  });

  it('goes on after a count that begins anew, and is not shaken by writers that overtake each other', () => {
    expect(told('step=100 loss=4\nstep=99 loss=3.9\nstep=101 loss=3.8\nstep=1 loss=3.7\n')).toEqual([
      'loss@100=4',
      'loss@99=3.9',
      'loss@101=3.8',
      'loss@102=3.7',
    ]);
    expect(told('Epoch 1/2\nbatch 10/20 loss=2\nEpoch 2/2\nbatch 10/20 loss=1\n')).toEqual(['loss@10=2', 'loss@30=1']);
  });
});

describe('steps and epochs', () => {
  it('counts on where a heading stands between lines whose steps go on, and begins anew where they do', () => {
    expect(told('Epoch 1/2\nstep=100 loss=2\nEpoch 2/2\nstep=101 loss=1\n')).toEqual(['loss@100=2', 'loss@101=1']);
    expect(told('Epoch 1/2\nstep=3 loss=2\nEpoch 2/2\nstep=3 loss=1\n')).toEqual(['loss@3=2', 'loss@6=1']);
  });

  it('puts what an epoch ended with at the step where it ended, and by its epoch where no steps are told', () => {
    expect(told('epoch 1 step=50 loss=2\nEpoch 1: val loss: 1.5\nepoch 2 step=100 loss=1\nEpoch 2: val loss: 0.5\n')).toEqual([
      'loss@50=2',
      'val/loss@50=1.5',
      'loss@100=1',
      'val/loss@100=0.5',
    ]);
    expect(told('100%|█| 20/20 [00:01<00:00, 20it/s]\nEpoch 1: val loss: 1.5\n')).toEqual(['val/loss@20=1.5']);
    expect(told('Epoch 1: val loss: 1.5\nEpoch 2: val loss: 0.5\n')).toEqual(['val/loss@1=1.5', 'val/loss@2=0.5']);
  });
});

describe('a number that a person marked', () => {
  it('is read wherever its words stand, beside what is read without', () => {
    const rules = [{ name: 'box', pattern: '{epoch}/100      2.4G   {value}      2.345         12' }];
    expect(
      told('      1/100      2.4G     1.234      2.345         12        640: 100%\n      2/100      2.5G     1.1   2.2   9\n', rules),
    ).toEqual(['box@1=1.234', 'box@2=1.1']);
  });

  it('refuses a pattern without its place', () => {
    expect(() => read('', [{ name: 'x', pattern: 'a 5' }])).toThrow(/no \{value\}/);
  });
});

describe('rich', () => {
  it('reads Lightning’s bar, what goes on below it, and the epochs after', () => {
    const bar = (epoch: number, done: number, loss: string): string =>
      `\x1b[2KEpoch ${epoch}/2  \x1b[35m━━━━━━━━╸\x1b[0m━━━━━ ${done}/20 \x1b[2m0:00:01 • 0:00:03\x1b[0m 50.87it/s \x1b[3mv_num: 1.000 train_loss: ${loss}\x1b[0m\r\n` +
      `                    \x1b[3mval_loss: 0.396    \x1b[0m\r\n\x1b[1A\x1b[2K\x1b[1A`;
    expect(told(`${bar(0, 12, '0.8')}${bar(0, 20, '0.7')}${bar(1, 1, '0.6')}Done\n`)).toEqual([
      'train_loss@12=0.8',
      'val_loss@12=0.396',
      'train_loss@20=0.7',
      'val_loss@20=0.396',
      'train_loss@21=0.6',
      'val_loss@21=0.396',
    ]);
  });
});

describe('several processes that print into one output', () => {
  it.each([
    ['PyTorch', (rank: number) => `[rank${rank}]: `],
    ['torchrun --tee', (rank: number) => `[default${rank}]:`],
    ['mpirun --tag-output', (rank: number) => `[1,${rank}]<stdout>:`],
    ['a logger', (rank: number) => `2026-11-27 10:00:00,123 [INFO] [rank ${rank}] `],
    ['a program', (rank: number) => `Rank ${rank}: `],
  ])('has the numbers of each as labelled by %s, those of the first under their own names', (_, label) => {
    const line = (rank: number, step: number): string => `${label(rank)}step=${step} loss=${step + rank / 10}\n`;
    // The second lags behind: its steps are its own.
    expect(told(line(0, 1) + line(0, 50) + line(1, 1) + line(0, 51) + line(1, 2))).toEqual([
      'loss@1=1',
      'loss@50=50',
      'rank1/loss@1=1.1',
      'loss@51=51',
      'rank1/loss@2=2.1',
    ]);
  });

  it('takes no other bracket for a label', () => {
    expect(told('[Epoch 2/10] [3/100] loss: 0.5\n[worker] step=7 loss=0.25\n')).toEqual(['loss@3=0.5', 'loss@7=0.25']);
  });
});

describe('numbers as people print them', () => {
  it('reads thousands that are parted by commas, in values and steps, and parts pairs by commas', () => {
    expect(told('Step: 12,000 | ppl 12,345.6 | loss: 1,234\nstep=12,500,loss=0.5,acc=0.25\nstep 13,000/20,000 loss 0.4\n')).toEqual([
      'loss@12000=1234',
      'loss@12500=0.5',
      'acc@12500=0.25',
      'loss@13000=0.4',
    ]);
    expect(told('step 3 | loss 0.5 | ppl: 12,345.6\n')).toEqual(['ppl@3=12345.6']);
  });

  it('tells two numbers of one name in a line apart by the words before them', () => {
    expect(
      told('[Epoch 2/10] [Batch 3/100] [D loss: 0.5] [G loss: 1.2]\nstep 9 policy loss=0.3, value loss=0.7, entropy loss=0.1\n'),
    ).toEqual(['D loss@3=0.5', 'G loss@3=1.2', 'policy loss@9=0.3', 'value loss@9=0.7', 'entropy loss@9=0.1']);
  });

  it('puts a counter that begins at 0 again behind what it counted, not on top of its last', () => {
    expect(told([0, 10, 20, 0, 10].map((step, i) => `step ${step}: loss ${i}\n`).join(''))).toEqual([
      'loss@0=0',
      'loss@10=1',
      'loss@20=2',
      'loss@21=3',
      'loss@31=4',
    ]);
  });
});
