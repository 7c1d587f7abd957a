import { TextReaders } from '../../src-main/core/readers/text';
import { median, type Row } from './figures';

const LINES = 200_000;
const TURNS = 5;

/** What programs print, in the mix that an hour of training has: most lines are log, some are progress. */
const kinds: Readonly<Record<string, (i: number) => string>> = {
  'log lines without numbers of a training': (i) =>
    `2026-11-27 12:30:15,${i % 1000} INFO data.loader: worker ${i % 8} opened shard /data/train-${i}.tar`,
  'key and value': (i) => `step=${i} loss=${(1 / (i + 1)).toFixed(5)} lr=2.0e-05 acc=91.5%`,
  'bars of tqdm': (i) => `\rEpoch 0:   9%|▊         | ${i}/${LINES} [00:14<02:29,  4.68it/s, loss=0.${i % 1000}, v_num=3]`,
  'bars of Keras 3': (i) =>
    `\r\x1b[1m${i}/${LINES}\x1b[0m \x1b[32m━━━━━━━━━━\x1b[0m\x1b[37m━━━━━━━━━━\x1b[0m \x1b[1m3s\x1b[0m 3ms/step - accuracy: 0.9${i % 100} - loss: 0.2${i % 100}`,
  'JSON lines': (i) => `{"step": ${i}, "loss": ${(1 / (i + 1)).toFixed(5)}, "lr": 0.0001, "epoch": 1}`,
};

export function run(): { rows: Row[] } {
  const splitMs = speed(['log lines without numbers of a training'], (text) => void text.split('\n').length);
  const rows = [...Object.keys(kinds).map((kind) => [kind, [kind]] as const), ['all of them in turn', Object.keys(kinds)] as const].map(
    ([name, mix]): Row => {
      const linesPerSecond = speed(mix, (text) => {
        let found = 0;
        const readers = new TextReaders(
          () => found++,
          () => undefined,
        );
        // As pipes give it.
        for (let from = 0; from < text.length; from += 65_536) readers.push('stdout', text.slice(from, from + 65_536), 0);
        readers.end();
      });
      return {
        name: `reading ${name}`,
        value: linesPerSecond,
        unit: 'lines/s',
        ratio: { value: linesPerSecond / splitMs, against: 'cutting the text into lines alone' },
      };
    },
  );
  return { rows };
}

/** Lines a second of processor time. */
function speed(mix: readonly string[], work: (text: string) => void): number {
  const lines = Array.from({ length: LINES }, (_, i) => kinds[mix[i % mix.length] ?? '']?.(i) ?? '');
  const text = `${lines.join('\n')}\n`;
  const perSecond: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    const before = process.cpuUsage();
    work(text);
    const { user, system } = process.cpuUsage(before);
    perSecond.push((LINES * 1e6) / (user + system));
  }
  return median(perSecond);
}
