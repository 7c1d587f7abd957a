import { describe, expect, it } from 'vitest';
import { scaleColours, SCALE_STEPS } from '../../../src-renderer/data/colour-scale';
import { contrast, difference, eyes, seen, tokensOf, type Eye, type Theme } from '../../helpers/colours';

const stops = [1, 2, 3, 4, 5, 6, 7] as const;
const cases = (['dark', 'light'] as const).flatMap((theme) => eyes.map((eye) => [theme, eye] as const));
/** What an empty cell lies on, and paper, which it is taken for on a dark page. */
const grounds = (theme: Theme): string[] => [tokensOf(theme)['bg']!, tokensOf(theme)['surface']!, '#ffffff'];
const colours = (theme: Theme, name: 'scale' | 'deviation'): string[] => stops.map((n) => tokensOf(theme)[`${name}-${n}`]!);
const lightness = (colour: string, eye: Eye): number => seen(colour, eye)[0];

describe.each(cases)('in the %s theme, to a %s', (theme, eye) => {
  const scale = colours(theme, 'scale');
  const deviation = colours(theme, 'deviation');
  const page = tokensOf(theme)['bg']!;
  const awayFromPage = (colour: string): number => Math.abs(lightness(colour, eye) - lightness(page, eye));

  it('the order of the load scale is told by lightness alone: each step lies further from the page', () => {
    const away = scale.map(awayFromPage);
    for (const [i, value] of away.entries()) if (i > 0) expect(value - away[i - 1]!).toBeGreaterThan(0.04);
  });

  it('neighbours of the load scale are told apart, and no step is much wider than another', () => {
    const steps = scale.slice(1).map((colour, i) => difference(colour, scale[i]!, eye));
    expect(Math.min(...steps)).toBeGreaterThan(0.06);
    expect(Math.max(...steps) / Math.min(...steps)).toBeLessThan(2.2);
  });

  it('no colour of either scale looks like an empty cell', () => {
    for (const colour of [...scale, ...deviation])
      for (const ground of grounds(theme)) expect(difference(colour, ground, eye), `${colour} on ${ground}`).toBeGreaterThan(0.11);
  });

  it('far below and far above look unlike each other and unlike what is alike', () => {
    const [below, alike, above] = [deviation[0]!, deviation[3]!, deviation[6]!];
    expect(difference(below, above, eye)).toBeGreaterThan(0.18);
    for (const end of [below, above]) expect(difference(end, alike, eye)).toBeGreaterThan(0.35);
    for (const side of [deviation.slice(0, 4).reverse(), deviation.slice(3)])
      for (const [i, colour] of side.entries()) if (i > 0) expect(awayFromPage(colour) - awayFromPage(side[i - 1]!)).toBeGreaterThan(0.08);
  });
});

it.each(['dark', 'light'] as const)('in the %s theme a full load stands out, and a low one is still made out', (theme) => {
  const scale = colours(theme, 'scale');
  for (const ground of grounds(theme).slice(0, 2)) {
    expect(contrast(scale[0]!, ground)).toBeGreaterThan(1.4);
    expect(contrast(scale[6]!, ground)).toBeGreaterThan(7);
  }
});

it.each((['dark', 'light'] as const).flatMap((theme) => (['scale', 'deviation'] as const).map((name) => [theme, name] as const)))(
  'in the %s theme the figure on every step of the %s can be read',
  (theme, name) => {
    const { fills, inks } = scaleColours(colours(theme, name));
    const hex = (rgb: string): string =>
      `#${rgb
        .match(/\d+/g)!
        .map((part) => Number(part).toString(16).padStart(2, '0'))
        .join('')}`;
    expect(fills).toHaveLength(SCALE_STEPS);
    for (const [i, fill] of fills.entries()) expect(contrast(hex(fill), inks[i]!), fill).toBeGreaterThanOrEqual(4.5);
  },
);
