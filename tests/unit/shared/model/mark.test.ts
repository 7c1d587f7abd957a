import { describe, expect, it } from 'vitest';
import { compilePattern, numbersIn, patternFault, patternOf } from '@shared/model/mark';

const texts = (line: string): string[] => numbersIn(line).map(({ from, to }) => line.slice(from, to));
const valueOf = (pattern: string, line: string): string | undefined => compilePattern(pattern).exec(line)?.groups?.['value'];

describe('the numbers of a line', () => {
  it.each([
    ['Round 3/10: ppl is -1.5e-05, acc .91%', ['3', '10', '-1.5e-05', '.91']],
    ['2026-11-27 12:30:15,004 Iter-100 loss0.5', ['2026', '11', '27', '12', '30', '15', '004', '100', '0.5']],
    ['reward=nan best=-inf info nano', ['nan', '-inf']],
    ['x(2)-3 [4]-5 损失为0.25。', ['2', '3', '4', '5', '0.25']],
    ['none here', []],
  ])('of %j', (line, numbers) => expect(texts(line)).toEqual(numbers));
});

describe('the pattern of a marked line', () => {
  const line = '[12:30:15] Round 3 of 10:   perplexity is 12.5 (was 13.0)';
  const [, , , round, , value] = numbersIn(line);

  it('has places for what is marked, and fits the same words with other numbers and blanks', () => {
    if (round === undefined || value === undefined) throw new Error('no numbers');
    const pattern = patternOf(line, [
      { ...value, place: 'value' },
      { ...round, place: 'step' },
    ]);
    expect(pattern).toBe('[12:30:15] Round {step} of 10:   perplexity is {value} (was 13.0)');
    const found = compilePattern(pattern).exec('x [23:59:59] Round 17 of 100: perplexity is -inf (was 1e-3) y')?.groups;
    expect({ ...found }).toEqual({ value: '-inf', step: '17' });
    expect(compilePattern(pattern).exec('[23:59:59] Round 17 of 100: loss is 0.5 (was 1e-3)')).toBeNull();
  });

  it('holds signs of expressions and dates for what they are', () => {
    expect(valueOf('2026-11-27 a.b* (c) {value}', '2027-01-02 a.b* (c) 5')).toBe('5');
    expect(valueOf('2026-11-27 a.b* (c) {value}', '2027-01-02 axb (c) 5')).toBeUndefined();
    expect(valueOf('conv1 {value}', 'conv2 5')).toBeUndefined();
    expect(valueOf('{value} ms', 'took 1234.5 ms')).toBe('1234.5');
  });

  it('says what is wrong with one', () => {
    expect(patternFault('a {value}')).toBeNull();
    expect(patternFault('a 5')?.id).toBe('message.mark.noValue');
    expect(patternFault('{value} {step} {Step}')?.id).toBe('message.mark.twice');
  });

  it('passes lines of nothing but digits, signs or dots by as fast as others', () => {
    // Without bounds on how a number can be parted, one such line would take longer than the whole run of the tests.
    for (const pattern of ['2026-11-27 1.2.3 {value} end', '{value}-{step}-5.5 end', '1 2 3 4 5 {value} end'])
      for (const sign of ['1', '1-', '1.', '-', '. ', '1 '])
        expect(compilePattern(pattern).exec(`${sign.repeat(4_096 / sign.length - 1)}x`)).toBeNull();
  });
});
