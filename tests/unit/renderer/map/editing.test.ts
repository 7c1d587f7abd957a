import { describe, expect, it } from 'vitest';
import { editTreeNodes } from '@shared/model/device-tree';
import { draftOf, faultOf, operationsOf, parentChoices } from '../../../../src-renderer/data/place-draft';
import { idsOf, namesOf, readShare, shareIn, viewNamed, viewShare, writeShare } from '../../../../src-renderer/data/history-link';
import { openFor, pathTexts, searchSeries, seriesTree } from '../../../../src-renderer/features/history/series-tree';
import { Format } from '../../../../src-renderer/i18n/format';
import { parseAddress, toDevice, toHistory } from '../../../../src-renderer/app/paths';
import { places, series } from './room';

const rules = { newId: () => 'new', hasSeries: () => true };
const find = (id: string) => places.find((place) => place.id === id)!;

describe('a place being edited', () => {
  it('asks for nothing while nothing changed', () => {
    for (const place of places) {
      expect(faultOf(place, draftOf(place)), place.id).toBeNull();
      expect(operationsOf(place, draftOf(place)), place.id).toEqual([]);
    }
  });

  it('becomes operations that the tree takes: renamed, moved and placed at once', () => {
    const node = find('node/loose');
    const draft = { name: ' big ', parent: 'A2', unit: '3', heightU: '8' };
    expect(faultOf(node, draft)).toBeNull();
    const after = editTreeNodes(places, operationsOf(node, draft), rules).find(({ id }) => id === node.id)!;
    expect(after).toMatchObject({ name: 'big', parent: 'A2', unit: 3, heightU: 8 });
  });

  it('places a node anew when only its rack changed', () => {
    const after = editTreeNodes(places, operationsOf(find('node/low'), { ...draftOf(find('node/low')), parent: 'A2' }), rules).find(
      ({ id }) => id === 'node/low',
    )!;
    expect(after).toMatchObject({ parent: 'A2', unit: 1, heightU: 8 });
  });

  it('takes a node out of its units by an empty field', () => {
    const after = editTreeNodes(places, operationsOf(find('node/low'), { ...draftOf(find('node/low')), unit: '' }), rules).find(
      ({ id }) => id === 'node/low',
    )!;
    expect(after.unit).toBeNull();
  });

  it.each([
    ['node/low', { name: ' ' }, 'name'],
    ['node/low', { unit: '0' }, 'unit'],
    ['node/low', { unit: '1.5' }, 'unit'],
    ['node/low', { unit: '2', heightU: '' }, 'height'],
    ['A1', { heightU: '61' }, 'height'],
    ['A1', { heightU: '' }, 'height'],
  ] as const)('%s refuses %j', (id, part, fault) => {
    expect(faultOf(find(id), { ...draftOf(find(id)), ...part })).toBe(fault);
  });

  it('may stand where its kind does', () => {
    expect(parentChoices(places, 'node').map(({ id }) => id)).toEqual(['hall', 'A1', 'A2']);
    expect(parentChoices(places, 'hall')).toEqual([]);
  });
});

describe('a shared view', () => {
  const share = {
    window: { mode: 'fixed' as const, fromMs: 1_795_450_780_000, toMs: 1_795_454_380_000 },
    series: [
      { metric: 'gpu.power', device: 'node/low/gpu2' },
      { metric: 'val/mAP@50 %', device: 'run/a&b=c#d' },
    ],
    compare: 'before' as const,
    look: { thresholds: { W: 650, '°C': -3.5, 'x:y': 1 }, smoothing: 0.6, log: ['W', 'rx/s'] },
    name: 'Night & day',
  };

  it('comes back as it was, through an address, whatever its series are called', () => {
    const address = `http://127.0.0.1:8800/${toHistory(writeShare(share))}`;
    const view = shareIn(address)!;
    expect(parseAddress(toHistory(view))).toEqual({ page: 'history', params: {}, view });
    expect(readShare(view)).toEqual({ ...share, seriesIds: [] });
    for (const compare of [null, 'day', 'month', 123_456] as const)
      expect(readShare(writeShare({ ...share, compare }))?.compare).toBe(compare);
    const plain = { thresholds: {}, smoothing: 0, log: [] };
    expect(readShare(writeShare({ ...share, look: plain }))?.look).toEqual(plain);
    // Nothing said of the lines is not the same as lines as they are.
    expect(readShare(writeShare({ ...share, look: null, name: null }))).toMatchObject({ look: null, name: null });
    expect(view).toContain('s=gpu.power@node/low/gpu2');
  });

  it('names device and metric: on another machine, with other ids, it shows the same', () => {
    const here = [series('node/low/gpu2', 'gpu.power'), series('node/low/gpu2', 'gpu.load')];
    const there = [series('node/low/gpu2', 'gpu.load'), series('node/low/gpu2', 'gpu.power')].map((entry, i) => ({
      ...entry,
      id: 900 + i,
    }));
    const view = readShare(writeShare({ ...share, series: namesOf([here[0]!.id], here) }))!;
    expect(idsOf(view, here)).toEqual([here[0]!.id]);
    expect(idsOf(view, there)).toEqual([901]);
    expect(idsOf(view, [])).toEqual([]);
  });

  it('follows where what was shown followed', () => {
    const live = { ...share, window: { mode: 'live' as const, spanMs: 6 * 3_600_000 } };
    expect(writeShare(live)).toMatch(/^from=now-6h&to=now&/);
    expect(readShare(writeShare(live))?.window).toEqual(live.window);
  });

  it('made before series were named still opens, without what is not known here, and doubles', () => {
    const old = readShare('from=0&to=9999999&series=3.4.3.x.-1')!;
    expect(old.seriesIds).toEqual([3, 4]);
    expect(idsOf(old, [{ ...series('gpu0', 'gpu.power'), id: 3 }])).toEqual([3]);
  });

  it('may only name a saved view', () => {
    expect(viewNamed(viewShare('Night & day'))).toBe('Night & day');
    expect(viewNamed(writeShare(share))).toBeNull();
  });

  it.each(['', 'from=5&to=1', 'from=a&to=9999999', 'to=9999999&series=1', 'from=-1&to=9999999', 'from=now-1s&to=now', 'from=now-6h&to=5'])(
    'refuses %j',
    (text) => expect(readShare(text)).toBeNull(),
  );
  it.each(['', '#/history', 'https://example.org/', '#/history?a b'])('is not found in %j', (text) => expect(shareIn(text)).toBeNull());
});

describe('the picker of a room', () => {
  const all = [
    series('room', 'it.power'),
    series('node/low', 'cpu.load'),
    series('node/low/gpu10', 'gpu.load'),
    series('node/low/gpu2', 'gpu.load'),
    series('node/stray/gpu0', 'gpu.load'),
    series('run/r1', 'train.loss'),
  ];
  const tree = seriesTree(places, all, { compare: new Format('en').compare, nameOf: ({ metric }) => metric });

  it('has every series once, under its place; empty places are left out', () => {
    expect(tree.map(({ id, count }) => [id, count])).toEqual([
      ['room', 1],
      ['hall', 3],
      ['node/stray', 1],
      ['run', 1],
    ]);
    const node = tree[1]!.branches[0]!.branches[0]!.branches[0]!;
    expect(node).toMatchObject({ id: 'node/low', count: 3 });
    expect(node.branches.map(({ name }) => name)).toEqual(['gpu2', 'gpu10']);
    expect(tree[1]!.branches.map(({ id }) => id)).toEqual(['A']);
  });

  it('opens down to what is chosen', () => {
    expect(openFor(tree, new Set([all[2]!.id]))).toEqual(['hall', 'A', 'A1', 'node/low', 'node/low/gpu10']);
  });

  it('is searched by place too', () => {
    const paths = pathTexts(places);
    expect(searchSeries(all, 'A1 gpu.load', (entry) => `${entry.metric} ${paths.get('node/low')} ${entry.device}`)).toHaveLength(3);
    expect(paths.get('node/low')).toBe('hall A A1 low');
  });
});

it('a device has an address of its own', () => {
  expect(parseAddress(toDevice('node/n 1/gpu0'))).toEqual({ page: 'device', params: { device: 'node/n 1/gpu0' }, view: null });
});
