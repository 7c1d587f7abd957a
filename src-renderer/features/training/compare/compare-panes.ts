import type { SeriesColour } from '../../../charts/theme';
import type { PaneSpec, TrackSpec } from '../../../charts/time/types';
import { scalarRole } from '@shared/model/scalars';
import type { ScalarDeclarations } from '@shared/model/scalar-declaration';
import type { Texts } from '../../../i18n/use-texts';
import { isSparse, quantityPane } from '../scalar-panes';
import { scalarLabel } from './columns';
import { trackOf } from './compare-curves';

/** A run as it is drawn: by its place its colour, the same on every page of the comparison. */
export interface RunLook {
  readonly id: string;
  readonly label: string;
  readonly colour: SeriesColour;
  readonly dashed: boolean;
}

const COLOURS = 8;

/** The ninth run has the first one's colour, and is dashed. */
export function lookAt(place: number): Pick<RunLook, 'colour' | 'dashed'> {
  return { colour: ((place % COLOURS) + 1) as SeriesColour, dashed: Math.floor(place / COLOURS) % 2 === 1 };
}

/** A pane for each scalar, in it a line for each run. */
export function comparePanes(
  { t, format }: Texts,
  names: readonly string[],
  runs: readonly RunLook[],
  has: (runId: string, name: string) => boolean,
  look: { readonly isLog: boolean; readonly smoothing: number; readonly declared: ScalarDeclarations },
): PaneSpec[] {
  return names.map((name) => {
    const role = scalarRole(name);
    const tracks = runs
      .filter(({ id }) => has(id, name))
      .map(({ id, label, colour, dashed }): TrackSpec => ({
        id: trackOf(id, name),
        label,
        colour,
        dashed,
        style: isSparse(role) ? 'points' : 'line',
        provenance: null,
      }));
    return {
      ...quantityPane(role.base, [name], look, t, format),
      id: encodeURIComponent(name),
      title: scalarLabel(t, name, look.declared),
      tracks,
    };
  });
}
