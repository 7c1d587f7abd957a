import { describe, expect, it } from 'vitest';
import { english, mentions, phrase, Phrase, phraseIds, Said, saidBy, SaidError } from '@shared/phrases/phrase';
import { inWindow } from '../../../helpers/said';

const hangs = phrase('said.nvml.hangs', { call: phrase('said.nvml.callOf', { call: 'nvmlDeviceGetPowerUsage', gpu: 'gpu3' }) });

describe('a phrase', () => {
  it('is put into words with what stands in it, phrases within phrases', () => {
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
      const said = phrase('said.rapl.works', { count });
      expect(english(said)).toBe(words);
      expect(inWindow(said, 'en')).toBe(words);
    }
  });

  it('takes nothing in a name, path or foreign word for a placeholder of its own', () => {
    for (const path of ['{{path}}', '$t(said.stopped)', '$&', '<b>']) {
      const said = phrase('said.unreadable', { path });
      expect(english(said)).toBe(`${path} cannot be read`);
      expect(inWindow(said, 'zh-CN')).toBe(`无法读取 ${path}`);
    }
  });

  it('leaves a plain string as it is in every language', () => {
    expect(english('sudo modprobe drivetemp')).toBe('sudo modprobe drivetemp');
    expect(inWindow('sudo modprobe drivetemp', 'zh-CN')).toBe('sudo modprobe drivetemp');
  });

  it('crosses a wire whole, and one that nobody knows is refused', () => {
    expect(Said.parse(JSON.parse(JSON.stringify(hangs)))).toEqual(hangs);
    expect(Said.parse('words of a driver')).toBe('words of a driver');
    expect(Phrase.safeParse({ id: 'said.nothing', params: {} }).success).toBe(false);
    expect(Phrase.safeParse({ id: 'said.unreadable', params: { path: { id: 'said.nothing', params: {} } } }).success).toBe(false);
  });

  it('is found within another', () => {
    const why = phrase('said.nvml.call', { call: 'nvmlInit_v2', why: phrase('said.nvml.notLoaded') });
    expect(mentions(why, 'said.nvml.versions', 'said.nvml.notLoaded')).toBe(true);
    expect(mentions(why, 'said.nvml.versions')).toBe(false);
    expect(mentions('the NVIDIA driver is not loaded', 'said.nvml.notLoaded')).toBe(false);
  });

  it('has no name twice', () => {
    expect(new Set(phraseIds).size).toBe(phraseIds.length);
    expect(phraseIds).toContain('said.rapl.works');
    expect(phraseIds.some((id) => /_(one|other)$/.test(id))).toBe(false);
  });
});

describe('an error that can be translated', () => {
  it('has its English for logs, and its phrase for whoever shows it', () => {
    const error = new SaidError(hangs);
    expect(error.message).toBe(english(hangs));
    expect(saidBy(error)).toBe(hangs);
    expect(saidBy(new Error('EIO'))).toBe('EIO');
    expect(saidBy('thrown')).toBe('thrown');
  });
});
