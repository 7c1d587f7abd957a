import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OutputThrottle } from '../../../../src-main/children/output-throttle';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Streams move in turns of their own. */
const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((turn) => setImmediate(turn));
};

describe('OutputThrottle', () => {
  it('passes both streams on in pieces, in the order they came', async () => {
    const passed: string[] = [];
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const throttle = new OutputThrottle({ stdout, stderr }, (source, text) => passed.push(`${source} ${text}`));
    for (const [stream, text] of [
      [stdout, 'a'],
      [stdout, '温'],
      [stderr, 'bad'],
      [stdout, 'b'],
    ] as const) {
      stream.write(text);
      await turns();
    }
    expect(passed).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(passed).toEqual(['stdout a温', 'stderr bad', 'stdout b']);
    stderr.end('last');
    await turns();
    throttle.dispose();
    throttle.dispose();
    expect(passed.at(-1)).toBe('stderr last');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reads what feeds its streams to the end, also when those are forgotten', async () => {
    const passed: string[] = [];
    const stream = new PassThrough();
    const throttle = new OutputThrottle({ stdout: stream, stderr: null }, (_source, text) => passed.push(text));
    const socket = new PassThrough();
    socket.pipe(stream);
    socket.write('first ');
    await turns();
    stream.removeAllListeners();
    socket.end('last words');
    await throttle.ended;
    expect(passed.join('')).toBe('first last words');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets a flood wait instead of reading it, and loses nothing', async () => {
    const passed: string[] = [];
    const stdout = new PassThrough({ highWaterMark: 1024 });
    const throttle = new OutputThrottle({ stdout, stderr: null }, (_source, text) => passed.push(text));
    const flood = 'x'.repeat(100_000);
    let written = 0;
    const push = async (): Promise<void> => {
      while (!stdout.writableNeedDrain && written < 20) {
        stdout.write(flood);
        written += 1;
        await turns();
      }
    };
    await push();
    const atFirst = written;
    expect(atFirst).toBeLessThan(10);
    expect(stdout.isPaused()).toBe(true);
    vi.advanceTimersByTime(100);
    await turns();
    await push();
    expect(passed[0]?.length).toBeLessThan(400_000);
    expect(written).toBeGreaterThan(atFirst);

    throttle.release();
    stdout.end('the end');
    await throttle.ended;
    expect(passed.join('')).toBe(`${flood.repeat(written)}the end`);
  });
});
