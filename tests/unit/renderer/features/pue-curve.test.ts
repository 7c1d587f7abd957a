import { expect, it } from 'vitest';
import type { PueFigures } from '@shared/model/pue';
import { quantity, withheld } from '@shared/model/provenance';
import { StillPanes } from '../../../../src-renderer/data/still-panes';
import { pueLines, puePane } from '../../../../src-renderer/features/energy/pue-curve';
import { Format } from '../../../../src-renderer/i18n/format';
import type { Texts } from '../../../../src-renderer/i18n/use-texts';

const DAY = 86_400_000;
const texts = { t: (key: string) => key, format: new Format('en', 'utc') } as unknown as Texts;
const day = (at: number, pue: number | null, isMetered: boolean, uncertainty: number | null = null): PueFigures =>
  ({
    fromMs: at * DAY,
    toMs: (at + 1) * DAY,
    pue: pue === null ? withheld('1', 'low-coverage') : quantity(pue, '1', 'derived'),
    isMetered,
    uncertainty,
  }) as PueFigures;

it('draws what is modelled and what is metered apart, leaves out what is withheld, and names how it is known from each change on', () => {
  const stretches = [day(0, 1.6, false), day(1, 1.55, false), day(2, 1.4, true), day(3, null, true), day(4, 1.42, true)];
  const { from, to, tracks, spans, tolerance } = pueLines(texts, stretches, [
    { atMs: 2 * DAY, to: 'pue2' },
    { atMs: 4 * DAY, to: 'part' },
  ]);
  expect([from, to, tolerance]).toEqual([0, 4 * DAY, DAY]);
  expect(tracks.get('metered')?.y).toEqual([NaN, NaN, 1.4, NaN, 1.42]);
  expect(tracks.get('modelled')?.y).toEqual([1.6, 1.55, NaN, NaN, NaN]);
  expect(spans).toEqual([
    { id: `switch ${2 * DAY}`, from: 2 * DAY, to: 4 * DAY, label: 'energy.curve.to.pue2' },
    { id: `switch ${4 * DAY}`, from: 4 * DAY, to: 4 * DAY, label: 'energy.curve.to.part' },
  ]);
});

it('has a band where the uncertainty is known, and marked points where it is not', () => {
  const known = [day(0, 1.4, true, 0.02), day(1, 1.5, true)];
  expect(pueLines(texts, known, []).tracks.get('metered')).toMatchObject({ low: [1.38, 1.5], high: [1.42, 1.5] });
  expect(puePane(texts, known).tracks.map(({ style }) => style)).toEqual(['band', 'band']);
  expect(puePane(texts, [day(0, 1.4, true)]).tracks.map(({ style }) => style)).toEqual(['points', 'points']);
});

it('keeps the part that is shown while newer figures come, within them', () => {
  const source = new StillPanes(DAY);
  let told = 0;
  source.onChange(() => told++);
  const lines = (days: number): void =>
    source.show(
      pueLines(
        texts,
        Array.from({ length: days }, (_, at) => day(at, 1.4, true)),
        [],
      ),
    );
  lines(5);
  source.apply({ kind: 'select', from: DAY, to: 3 * DAY });
  lines(6);
  expect(source.read()).toMatchObject({ from: DAY, to: 3 * DAY, isGrowing: false });
  source.apply({ kind: 'reset' });
  expect(source.read()).toMatchObject({ from: 0, to: 5 * DAY });
  expect(told).toBe(4);
});
