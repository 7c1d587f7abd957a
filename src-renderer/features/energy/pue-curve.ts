import type { PueFamily, PueFigures } from '@shared/model/pue';
import type { PaneSpec, TrackSpec } from '../../charts/time/types';
import type { BandColumns } from '../../data/columns';
import type { AxisSpan } from '../../data/pane-source';
import type { StillLines } from '../../data/still-panes';
import type { Texts } from '../../i18n/use-texts';

/** Least height of the axis: a PUE that differs by hundredths is flat. */
const LEAST_HEIGHT = 0.1;
/** No room draws less than its IT; none worth a picture draws a hundred times that. */
const BOUNDS = [1, 100] as const;
/** More spans than this nobody tells apart: the newest stand. */
const SPANS = 6;

/**
 * The PUE of each stretch at its beginning, with its uncertainty where that is known: a full line where the facility is metered, a
 * broken one where it is modelled, and a span from each moment at which how it is known changes. What is withheld is a gap.
 * @param stretches in order, at least one
 */
export function pueLines({ t }: Pick<Texts, 't'>, stretches: readonly PueFigures[], switches: Readonly<PueFamily['switches']>): StillLines {
  const from = stretches[0]?.fromMs ?? 0;
  const newest = stretches.at(-1);
  const to = newest?.fromMs ?? from;
  const marks = switches.slice(-SPANS);
  const spans = marks.map((mark, i): AxisSpan => {
    return { id: `switch ${mark.atMs}`, from: mark.atMs, to: marks[i + 1]?.atMs ?? to, label: t(`energy.curve.to.${mark.to}`) };
  });
  return {
    from,
    to: Math.max(to, from + 1),
    tracks: new Map([
      ['metered', lineOf(stretches, true)],
      ['modelled', lineOf(stretches, false)],
    ]),
    spans,
    tolerance: newest === undefined ? 0 : newest.toMs - newest.fromMs,
  };
}

export function puePane({ t, format }: Texts, stretches: readonly PueFigures[]): PaneSpec {
  const isUncertain = stretches.some(({ uncertainty }) => uncertainty !== null);
  const track = (id: 'metered' | 'modelled', colour: TrackSpec['colour']): TrackSpec => {
    return {
      id,
      label: t(`energy.curve.${id}`),
      colour,
      style: isUncertain ? 'band' : 'points',
      dashed: id === 'modelled',
      provenance: null,
    };
  };
  return {
    id: 'pue',
    title: t('energy.curve'),
    unit: '',
    tracks: [track('metered', 1), track('modelled', 8)],
    floor: 'fit',
    bounds: BOUNDS,
    minRange: LEAST_HEIGHT,
    formatTick: (value, _largest, step) => format.number(value, step < 0.01 ? 3 : 2),
    formatValue: (value) => format.number(value, 3),
  };
}

function lineOf(stretches: readonly PueFigures[], isMetered: boolean): BandColumns {
  const of = (value: (figures: PueFigures) => number | null): number[] =>
    stretches.map((own) => (own.isMetered === isMetered ? (value(own) ?? Number.NaN) : Number.NaN));
  const spread = (sign: number): number[] =>
    of(({ pue, uncertainty }) => (pue.value === null ? null : pue.value + sign * (uncertainty ?? 0)));
  return { x: stretches.map(({ fromMs }) => fromMs), y: of(({ pue }) => pue.value), low: spread(-1), high: spread(1) };
}
