import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { openChannel } from '../../../../src-main/trainer/channel';

/** What Electron gives a utility process: the boundary this test stands in for. */
class StandInPort extends EventEmitter {
  readonly sent: unknown[] = [];
  started = false;
  postMessage(message: unknown): void {
    this.sent.push(message);
  }
  start(): void {
    this.started = true;
  }
}

afterEach(() => {
  Reflect.deleteProperty(process, 'parentPort');
});

function open() {
  const parent = new StandInPort();
  Object.assign(process, { parentPort: parent });
  const channel = openChannel();
  const lines: string[] = [];
  let gone = 0;
  channel.onLine((line) => lines.push(line));
  channel.onClosed(() => (gone += 1));
  return { parent, channel, lines, gone: () => gone };
}

describe('in a utility process', () => {
  it('each message is a line', () => {
    const { parent, channel, lines } = open();
    parent.emit('message', { data: '{"t":"stop"}', ports: [] });
    parent.emit('message', { data: { not: 'a line' } });
    channel.send('{"t":"stopped"}');
    expect(lines).toEqual(['{"t":"stop"}']);
    expect(parent.sent).toEqual(['{"t":"stopped"}']);
  });

  it('a port handed over takes its place, and its end is the end of the parent', () => {
    const { parent, channel, lines, gone } = open();
    const own = new StandInPort();
    parent.emit('message', { data: 'take this', ports: [own] });
    expect(own.started).toBe(true);
    own.emit('message', { data: '{"t":"stop"}' });
    channel.send('line');
    expect(lines).toEqual(['{"t":"stop"}']);
    expect([parent.sent, own.sent]).toEqual([[], ['line']]);
    own.emit('close');
    own.emit('close');
    expect(gone()).toBe(1);
  });
});
