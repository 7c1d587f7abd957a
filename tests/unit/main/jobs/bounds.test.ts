import { describe, expect, it } from 'vitest';
import { LeakyBucket } from '../../../../src-main/core/jobs/leaky-bucket';
import { LineSplitter } from '../../../../src-main/core/jobs/line-splitter';
import { createRunIds } from '../../../../src-main/core/jobs/run-id';

function split(maxLength: number, pieces: string[], overwrites = false): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter(maxLength, (line) => lines.push(line), overwrites);
  for (const piece of pieces) splitter.push(piece);
  splitter.end();
  return lines;
}

describe('LineSplitter', () => {
  it('gives the same lines however the text is cut into pieces', () => {
    const text = 'one\n\ntwo\r\nthree 3\nvier';
    const whole = split(100, [text]);
    expect(whole).toEqual(['one', '', 'two', 'three 3', 'vier']);
    for (let size = 1; size < text.length; size++) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
      expect(split(100, pieces)).toEqual(whole);
    }
  });

  it('keeps one character more than a line may have, so that it shows', () => {
    expect(split(4, ['1234\n', '123', '456789\n', 'ab\n'])).toEqual(['1234', '12345', 'ab']);
  });

  it('says nothing at the end of a stream that ended with a newline', () => {
    expect(split(4, ['a\n'])).toEqual(['a']);
  });
});

describe('LineSplitter of a terminal', () => {
  it('keeps the newest state of a progress bar, however the text is cut into pieces', () => {
    const text = '10 %\r20 %\r30 %\n\rnext\r\nCRs\r\r\nlast\r';
    const whole = split(100, [text], true);
    expect(whole).toEqual(['30 %', 'next', 'CRs', 'last']);
    for (let size = 1; size < text.length; size++) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
      expect(split(100, pieces, true)).toEqual(whole);
    }
  });

  it('keeps it also after more states than a line may be long', () => {
    const states = Array.from({ length: 1000 }, (_, i) => `step ${i}\r`).join('');
    expect(split(10, [states, '\n'], true)).toEqual(['step 999']);
  });
});

describe('LeakyBucket', () => {
  it('lets a burst through, then only the rate', () => {
    let nowMs = 0;
    const bucket = new LeakyBucket(10, 2, () => nowMs);
    for (let i = 0; i < 10; i++) expect(bucket.admit(1)).toBe(true);
    expect(bucket.admit(1)).toBe(false);
    nowMs += 1000;
    for (let i = 0; i < 2; i++) expect(bucket.admit(1)).toBe(true);
    expect(bucket.admit(1)).toBe(false);
  });

  it('never closes to one that keeps to the rate', () => {
    let nowMs = 0;
    const bucket = new LeakyBucket(3, 10, () => nowMs);
    for (let i = 0; i < 1000; i++, nowMs += 100) expect(bucket.admit(1)).toBe(true);
  });
});

describe('LeakyBucket as a brake', () => {
  it('says how long to wait for what came too soon', () => {
    let nowMs = 0;
    const bucket = new LeakyBucket(10, 2, () => nowMs);
    expect(bucket.pour(10)).toBe(0);
    expect(bucket.pour(4)).toBe(2000);
    nowMs += 2000;
    expect(bucket.pour(0)).toBe(0);
  });
});

describe('run ids', () => {
  it('are short, sorted by age and distinct even within one millisecond and when the clock goes back', () => {
    let nowMs = Date.UTC(2026, 10, 23);
    const next = createRunIds(
      () => nowMs--,
      () => 0,
    );
    const ids = Array.from({ length: 50 }, next);
    expect(new Set(ids).size).toBe(50);
    expect([...ids].sort()).toEqual(ids);
    expect(ids.every((id) => /^[0-9a-z]{12}$/.test(id))).toBe(true);
  });

  it('of later cores come after', () => {
    const early = createRunIds(
      () => Date.UTC(2026, 10, 23),
      () => 46655,
    )();
    const late = createRunIds(
      () => Date.UTC(2099, 0, 1),
      () => 0,
    )();
    expect(early < late).toBe(true);
  });
});
