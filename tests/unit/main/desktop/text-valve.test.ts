import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TextValve } from '../../../../src-main/desktop/text-valve';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Streams move in turns of their own. */
const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((turn) => setImmediate(turn));
};

describe('TextValve', () => {
  it('passes text on in pieces, whole and in order', async () => {
    const passed: string[] = [];
    const source = new PassThrough();
    const valve = new TextValve(source, (text) => passed.push(text));
    source.write('a');
    source.write('温');
    await turns();
    expect(passed).toEqual([]);
    vi.advanceTimersByTime(100);
    source.write('c');
    await turns();
    valve.dispose();
    valve.dispose();
    expect(passed).toEqual(['a温', 'c']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets a flood wait instead of reading it, and loses nothing', async () => {
    const passed: string[] = [];
    const source = new PassThrough({ highWaterMark: 1024 });
    const valve = new TextValve(source, (text) => passed.push(text));
    const flood = 'x'.repeat(100_000);
    let written = 0;
    const push = async (): Promise<void> => {
      while (!source.writableNeedDrain && written < 20) {
        source.write(flood);
        written += 1;
        await turns();
      }
    };
    await push();
    const atFirst = written;
    expect(atFirst).toBeLessThan(10);
    expect(source.isPaused()).toBe(true);
    vi.advanceTimersByTime(100);
    await turns();
    await push();
    expect(passed[0]?.length).toBeLessThan(400_000);
    expect(written).toBeGreaterThan(atFirst);

    valve.open();
    source.end('the end');
    await turns();
    valve.dispose();
    expect(passed.join('')).toBe(`${flood.repeat(written)}the end`);
  });
});
