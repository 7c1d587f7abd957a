import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TextReaders } from '../../../../src-main/core/readers/text';

const pieces = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      '\r',
      '\n',
      '\b',
      '\x1b[A',
      '\x1b[2K',
      '\x1b]8;;',
      '{"',
      "{'",
      'loss=',
      'Epoch 1/2',
      '5/9 [==',
      '%|█|',
      '━━━━ 3/9 ',
      '[00:01<',
      'nan',
      '1e999',
      ': ',
    ),
    fc.double().map((value) => ` loss: ${value} `),
  ),
  { maxLength: 60 },
);

it('takes any text in any pieces, and tells only finite steps and names of text', () => {
  fc.assert(
    fc.property(pieces, (texts) => {
      const readers = new TextReaders(
        ({ name, step, value }) => {
          expect(name).not.toBe('');
          expect(step === null || (Number.isSafeInteger(step) && step >= 0)).toBe(true);
          expect(typeof value).toBe('number');
        },
        () => undefined,
      );
      texts.forEach((text, i) => readers.push(i % 3 === 0 ? 'stderr' : 'stdout', text, i));
      readers.end();
    }),
    { numRuns: 500 },
  );
});

it.each([
  ['backspaces', '\b'.repeat(1_000_000)],
  ['carriage returns', '\r'.repeat(1_000_000)],
  ['letters without a newline', 'x'.repeat(20_000_000)],
  ['escapes', '\x1b['.repeat(500_000)],
  ['blanks', `epoch${' '.repeat(1_000_000)}`],
  ['brackets', '[1/'.repeat(300_000)],
  ['open braces', '{"'.repeat(500_000)],
  ['colons', 'loss:'.repeat(300_000)],
])('passes a megabyte of %s by, and reads what comes after', (_, text) => {
  const names: string[] = [];
  const readers = new TextReaders(
    ({ name, value }) => names.push(`${name}=${value}`),
    () => undefined,
  );
  readers.push('stdout', text, null);
  readers.push('stdout', '\nstep=5 loss=0.5\n', null);
  readers.end();
  expect(names.at(-1)).toBe('loss=0.5');
});
