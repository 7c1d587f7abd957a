/** Steps into which a scale is divided; finer the eye does not tell apart on a tile. */
export const SCALE_STEPS = 48;

export interface ScaleColours {
  /** From the lowest to the highest value, SCALE_STEPS css colours. */
  readonly fills: readonly string[];
  /** The text colour that can be read on each. */
  readonly inks: readonly string[];
}

type Rgb = readonly [number, number, number];

function parse(hex: string): Rgb {
  const at = (i: number): number => Number.parseInt(hex.slice(i, i + 2), 16);
  return [at(1), at(3), at(5)];
}

/** WCAG 2.2 relative luminance, 0 to 1. */
function luminance([r, g, b]: Rgb): number {
  const linear = (channel: number): number => (channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** Even steps between stops of the form #rrggbb; on each of them, black or white ink, whichever contrasts more. */
export function scaleColours(stops: readonly string[]): ScaleColours {
  const colours = stops.map(parse);
  const fills: string[] = [];
  const inks: string[] = [];
  for (let step = 0; step < SCALE_STEPS; step += 1) {
    const position = (step / (SCALE_STEPS - 1)) * (colours.length - 1);
    const low = colours[Math.floor(position)] ?? [0, 0, 0];
    const high = colours[Math.ceil(position)] ?? low;
    const mix = (i: 0 | 1 | 2): number => Math.round(low[i] + (high[i] - low[i]) * (position - Math.floor(position)));
    const colour: Rgb = [mix(0), mix(1), mix(2)];
    const light = luminance(colour);
    fills.push(`rgb(${colour.join(' ')})`);
    inks.push((light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? '#000000' : '#ffffff');
  }
  return { fills, inks };
}

/** The step of a value on a scale; values beyond an end take that end's. */
export function stepOf(value: number, min: number, max: number): number {
  const share = max > min ? (value - min) / (max - min) : 0;
  return Math.round(Math.max(0, Math.min(1, share)) * (SCALE_STEPS - 1));
}
