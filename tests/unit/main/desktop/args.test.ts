import { describe, expect, it } from 'vitest';
import { desktopText } from '../../../../src-main/desktop/menu-text';
import { dataDirArg, scenarioArg, serveFeedsArg } from '../../../../src-main/desktop/args';

describe('dataDirArg', () => {
  it.each([
    [['electron', '/app'], null],
    [['electron', '--no-sandbox', '/app', '--data', 'lab'], 'lab'],
    [['electron', '--remote-debugging-port=0', '/app', '--data=my lab'], 'my lab'],
    [['electron', '/app', '--data'], null],
    [['electron', '/app', '--data='], null],
    [['electron', '/app', '--database', 'x'], null],
  ])('%j', (argv, expected) => expect(dataDirArg(argv)).toBe(expected));
});

describe('typedScenario', () => {
  it.each([
    [['electron', '/app', '--data', 'lab'], null],
    [['electron', '/app', '--data', 'lab', '--scenario', 'hall'], 'hall'],
    [['electron', '--scenario=rack', '/app'], 'rack'],
    [['electron', '/app', '--scenario'], null],
  ])('%j', (argv, expected) => expect(scenarioArg(argv)).toBe(expected));
});

describe('serveFeedsArg', () => {
  it.each([
    [['electron', '/app', '--scenario', 'hall'], null],
    [['electron', '/app', '--scenario', 'hall', '--serve-feeds'], 0],
    [['electron', '/app', '--serve-feeds', '--scenario', 'hall'], 0],
    [['electron', '/app', '--serve-feeds', '15020', '--scenario', 'hall'], 15_020],
    [['electron', '--serve-feeds=15020', '/app'], 15_020],
  ])('%j', (argv, expected) => expect(serveFeedsArg(argv)).toBe(expected));
});

describe('desktopText', () => {
  it('speaks Chinese where the system does, else English', () => {
    expect(desktopText('zh-CN').newWindow).toBe('新建窗口');
    expect(desktopText('zh').newWindow).toBe('新建窗口');
    expect(desktopText('en-GB').newWindow).toBe('New Window');
    expect(desktopText('de').newWindow).toBe('New Window');
  });
});
