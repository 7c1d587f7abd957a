import { describe, expect, it } from 'vitest';
import { english, containsMessage, message, KeyedMessage, messageIds, Message, messageOf, MessageError } from '@shared/text/message';
import { inWindow } from '../../../helpers/messages';

const hangs = message('message.nvml.hangs', { call: message('message.nvml.callOf', { call: 'nvmlDeviceGetPowerUsage', gpu: 'gpu3' }) });

describe('a message', () => {
  it('is put into words with what stands in it, messages within messages', () => {
    expect(english(hangs)).toBe('the NVIDIA driver hangs: nvmlDeviceGetPowerUsage of gpu3 does not return');
    expect(inWindow(hangs, 'en')).toBe(english(hangs));
    expect(inWindow(hangs, 'zh-CN')).toBe('NVIDIA 驱动已挂起：gpu3 的 nvmlDeviceGetPowerUsage 没有返回');
  });

  it('counts as the window counts', () => {
    for (const [count, words] of [
      [1, 'measured for 1 package'],
      [2, 'measured for 2 packages'],
      [0, 'measured for 0 packages'],
    ] as const) {
      const said = message('message.rapl.works', { count });
      expect(english(said)).toBe(words);
      expect(inWindow(said, 'en')).toBe(words);
    }
  });

  it('takes nothing in a name, path or foreign word for a placeholder of its own', () => {
    for (const path of ['{{path}}', '$t(said.stopped)', '$&', '<b>']) {
      const said = message('message.unreadable', { path });
      expect(english(said)).toBe(`${path} cannot be read`);
      expect(inWindow(said, 'zh-CN')).toBe(`无法读取 ${path}`);
    }
  });

  it('leaves a plain string as it is in every language', () => {
    expect(english('sudo modprobe drivetemp')).toBe('sudo modprobe drivetemp');
    expect(inWindow('sudo modprobe drivetemp', 'zh-CN')).toBe('sudo modprobe drivetemp');
  });

  it('crosses a wire whole, and one that nobody knows is refused', () => {
    expect(Message.parse(JSON.parse(JSON.stringify(hangs)))).toEqual(hangs);
    expect(Message.parse('words of a driver')).toBe('words of a driver');
    expect(KeyedMessage.safeParse({ id: 'message.nothing', params: {} }).success).toBe(false);
    expect(KeyedMessage.safeParse({ id: 'message.unreadable', params: { path: { id: 'message.nothing', params: {} } } }).success).toBe(
      false,
    );
  });

  it('is found within another', () => {
    const why = message('message.nvml.call', { call: 'nvmlInit_v2', why: message('message.nvml.notLoaded') });
    expect(containsMessage(why, 'message.nvml.versions', 'message.nvml.notLoaded')).toBe(true);
    expect(containsMessage(why, 'message.nvml.versions')).toBe(false);
    expect(containsMessage('the NVIDIA driver is not loaded', 'message.nvml.notLoaded')).toBe(false);
  });

  it('has no name twice', () => {
    expect(new Set(messageIds).size).toBe(messageIds.length);
    expect(messageIds).toContain('message.rapl.works');
    expect(messageIds.some((id) => /_(one|other)$/.test(id))).toBe(false);
  });
});

describe('an error that can be translated', () => {
  it('has its English for logs, and its message for whoever shows it', () => {
    const error = new MessageError(hangs);
    expect(error.message).toBe(english(hangs));
    expect(messageOf(error)).toBe(hangs);
    expect(messageOf(new Error('EIO'))).toBe('EIO');
    expect(messageOf('thrown')).toBe('thrown');
  });
});
