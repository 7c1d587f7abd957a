import { pathOf, type TreeNode, type TreeNodeKind } from '@shared/model/device-tree';

export interface PlacedParts<P> {
  /** Null for a part that stands in no place of the kind. */
  readonly place: TreeNode | null;
  readonly parts: readonly P[];
}

const finestFirst: readonly TreeNodeKind[] = ['node', 'rack', 'row', 'hall'];

/**
 * Parts of power added up by where they stand: by the finest kind of place of which there are at most `most`, in the order of the
 * room, so that a figure keeps its place from one second to the next. Null where places do not tell the parts apart.
 */
export function byPlace<P extends { readonly device: string }>(
  parts: readonly P[],
  places: readonly TreeNode[],
  most: number,
): readonly PlacedParts<P>[] | null {
  const paths = parts.map(({ device }) => pathOf(places, device));
  for (const kind of finestFirst) {
    const groups = new Map<string, { readonly place: TreeNode | null; readonly parts: P[] }>();
    parts.forEach((part, i) => {
      const place = paths[i]?.find((candidate) => candidate.kind === kind) ?? null;
      const key = place ? place.id : `part ${i}`;
      const group = groups.get(key) ?? { place, parts: [] };
      group.parts.push(part);
      groups.set(key, group);
    });
    const order = ({ place }: PlacedParts<P>): number => (place ? places.indexOf(place) : places.length);
    if (groups.size > 1 && groups.size <= most) return [...groups.values()].sort((a, b) => order(a) - order(b));
  }
  return null;
}
