import { MAX_RACK_UNITS, type TreeNode, type TreeNodeKind, type TreeOperation } from '@shared/model/device-tree';

/** A place as it is being edited. Numbers are text as typed; empty = not placed. */
export interface PlaceDraft {
  readonly name: string;
  readonly parent: string | null;
  readonly unit: string;
  readonly heightU: string;
}

export type DraftFault = 'name' | 'unit' | 'height';

const parents: Readonly<Record<TreeNodeKind, readonly TreeNodeKind[]>> = {
  hall: [],
  row: ['hall'],
  rack: ['row', 'hall'],
  node: ['rack', 'hall'],
};

/** Kinds that may be made below a place of this kind by hand; nodes come by themselves, when they report. */
export const childKinds: Readonly<Record<TreeNodeKind, readonly ('row' | 'rack')[]>> = {
  hall: ['row', 'rack'],
  row: ['rack'],
  rack: [],
  node: [],
};

export function draftOf(place: TreeNode): PlaceDraft {
  return {
    name: place.name,
    parent: place.parent,
    unit: place.unit === null ? '' : String(place.unit),
    heightU: place.heightU === null ? '' : String(place.heightU),
  };
}

/** Places that this one may stand in. */
export function parentChoices(places: readonly TreeNode[], kind: TreeNodeKind): TreeNode[] {
  return places.filter((place) => parents[kind].includes(place.kind));
}

/** Rack units, 1 to 60; null when it is none. */
function units(text: string): number | null {
  const value = Number(text.trim());
  return /^\d+$/.test(text.trim()) && value >= 1 && value <= MAX_RACK_UNITS ? value : null;
}

/** What is wrong with a draft, the first field that is; null when it can be saved. */
export function faultOf(place: TreeNode, draft: PlaceDraft): DraftFault | null {
  if (draft.name.trim() === '' || draft.name.trim().length > 80) return 'name';
  if (place.kind === 'node' && draft.unit.trim() !== '' && units(draft.unit) === null) return 'unit';
  const needsHeight = place.kind === 'rack' || (place.kind === 'node' && draft.unit.trim() !== '');
  if ((needsHeight || draft.heightU.trim() !== '') && (place.kind === 'rack' || place.kind === 'node') && units(draft.heightU) === null)
    return 'height';
  return null;
}

/** The operations that make a place what its draft says; none when it already is. The draft has no fault. */
export function operationsOf(place: TreeNode, draft: PlaceDraft): TreeOperation[] {
  const operations: TreeOperation[] = [];
  const name = draft.name.trim();
  if (name !== place.name) operations.push({ op: 'rename', id: place.id, name });
  const moved = draft.parent !== place.parent;
  if (moved) operations.push({ op: 'move', id: place.id, parent: draft.parent });
  const unit = units(draft.unit);
  const heightU = units(draft.heightU);
  // A move takes a node out of its rack units, so it is placed anew after it.
  const standing = moved ? null : place.unit;
  if (place.kind === 'node' && heightU !== null && (unit !== standing || heightU !== place.heightU))
    operations.push({ op: 'place', id: place.id, unit, heightU });
  if (place.kind === 'node' && heightU === null && standing !== null)
    operations.push({ op: 'place', id: place.id, unit: null, heightU: place.heightU ?? 1 });
  if (place.kind === 'rack' && heightU !== null && heightU !== place.heightU) operations.push({ op: 'resize', id: place.id, heightU });
  return operations;
}
