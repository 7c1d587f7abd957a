/** How many tiles are put side by side. */
export const COMPARED = 2;

/** Tiles being chosen to be put side by side. */
export interface Picking {
  /** Whether a click picks a tile instead of opening its page; Space picks one at any time. */
  readonly isOn: boolean;
  /** Devices. */
  readonly picked: readonly string[];
  /** Picks a device, or lets go of one that was picked. */
  readonly pick: (device: string) => void;
}

export interface PickingState extends Picking {
  readonly turn: (isOn: boolean) => void;
}
