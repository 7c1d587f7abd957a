import type { SeriesColour } from './theme';

export interface LineLook {
  readonly colour: SeriesColour;
  /** Of more lines than there are colours, those that have one a second time. */
  readonly dashed: boolean;
}

const COLOURS = 8;

/**
 * Which line has which colour. A line keeps its own for as long as it is drawn, whichever others come and go, and has the
 * same again when it comes back and no other took it meanwhile.
 */
export class ColourSlots {
  /** Whose each colour was last. */
  private readonly owners: number[] = [];

  /** @param ids all lines that are now drawn together */
  assign(ids: readonly number[]): ReadonlyMap<number, LineLook> {
    const drawn = new Set(ids);
    return new Map(
      ids.map((id) => {
        let slot = this.owners.indexOf(id);
        if (slot < 0) slot = this.owners.findIndex((owner) => !drawn.has(owner));
        if (slot < 0) slot = this.owners.length;
        this.owners[slot] = id;
        return [id, { colour: ((slot % COLOURS) + 1) as SeriesColour, dashed: slot >= COLOURS }];
      }),
    );
  }
}
