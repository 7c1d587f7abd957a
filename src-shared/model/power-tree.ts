import { z } from 'zod';
import { message, type KeyedMessage, type Message } from '../text/message';
import { TreeError } from './device-tree';
import { Quantity } from './provenance';
import { DeviceId } from './series';

/** What stands between the grid and a chip, in the order in which power flows; then what draws power beside the IT. */
export const powerPlaceKinds = [
  'utility',
  'generator',
  'solar',
  'battery',
  'transformer',
  'ups',
  'pdu',
  'rack',
  'node',
  'device',
  'cooling',
  'lighting',
  'other',
] as const;
export const PowerPlaceKind = z.enum(powerPlaceKinds);
export type PowerPlaceKind = z.infer<typeof PowerPlaceKind>;

const meterSides = ['input', 'output'] as const;
export const MeterSide = z.enum(meterSides);
export type MeterSide = z.infer<typeof MeterSide>;

const PlaceId = z.string().min(1).max(80);
const Name = z.string().trim().min(1).max(80);
/** Of the reading, ± %: an IEC 62053-21 class 1 meter has 1. */
const ClassPercent = z.number().min(0.01).max(50);
/** What a meter is taken to be that nobody said a class of. */
export const DEFAULT_CLASS_PERCENT = 1;
/** More supplies than one place has. */
const MAX_METERS = 16;
export const MAX_POWER_PLACES = 2_000;

/** A meter at one side of a place: several at the same side carry parts of it (two supplies), and are added up. */
export const PlacedMeter = z.object({
  /** The device of its series: `sensor/modbus-1`, or a part of it, `sensor/modbus-1/L1`. */
  device: DeviceId,
  side: MeterSide,
  classPercent: ClassPercent,
});
export type PlacedMeter = Readonly<z.infer<typeof PlacedMeter>>;

export const PowerPlace = z.object({
  /** Made once and never given again. */
  id: PlaceId,
  kind: PowerPlaceKind,
  name: Name,
  /** What feeds it; null = it stands at the top, as far as the tree goes. */
  parent: PlaceId.nullable(),
  /** Among its siblings, from 0, without a gap. */
  position: z.number().int().nonnegative(),
  /** Of a node or a device: which one it is (`local`, `node/<name>`, `gpu0`); null = it is known by its meter alone. */
  device: DeviceId.nullable(),
  meters: z.array(PlacedMeter).max(MAX_METERS),
});
export type PowerPlace = z.infer<typeof PowerPlace>;

/** A feed that says of itself that it is a branch of the room's supply, and that nobody placed: it counts as one at the top. */
const PowerBranch = z.object({ device: DeviceId, label: z.string() });

export const PowerTree = z.object({
  /** Counts the edits: one of another revision than the present is refused. */
  revision: z.number().int().nonnegative(),
  /** Parents before their children, siblings by position. */
  places: z.array(PowerPlace),
});
export type PowerTree = z.infer<typeof PowerTree>;

/** The tree as it was from a time on, until the next of them. */
export interface PowerTreeVersion {
  readonly fromMs: number;
  readonly places: readonly PowerPlace[];
}

/** From when on an edit holds: now, or always, for one that puts right what was wrong all along. */
export const editHolds = ['now', 'always'] as const;
export const EditHolds = z.enum(editHolds);
export type EditHolds = z.infer<typeof EditHolds>;

export const PowerTreeOperation = z.discriminatedUnion('op', [
  /** At the end of its siblings. */
  z.object({
    op: z.literal('add'),
    kind: PowerPlaceKind,
    parent: PlaceId.nullable(),
    name: Name,
    device: DeviceId.nullable().default(null),
    /** Placed on it at once. */
    meter: PlacedMeter.optional(),
  }),
  z.object({ op: z.literal('rename'), id: PlaceId, name: Name }),
  /** With all that it feeds; `position` past the end, or left out, means the end. */
  z.object({ op: z.literal('move'), id: PlaceId, parent: PlaceId.nullable(), position: z.number().int().nonnegative().optional() }),
  /** Which node or device it is; null = none that is known here. */
  z.object({ op: z.literal('link'), id: PlaceId, device: DeviceId.nullable() }),
  /** Puts a meter there; one that stands elsewhere leaves that place. */
  z.object({
    op: z.literal('meter'),
    id: PlaceId,
    device: DeviceId,
    side: MeterSide,
    classPercent: ClassPercent.default(DEFAULT_CLASS_PERCENT),
  }),
  /** Takes a meter out of the tree; what is recorded of it stays. */
  z.object({ op: z.literal('unmeter'), device: DeviceId }),
  /** Of what feeds nothing; its meters leave the tree. */
  z.object({ op: z.literal('remove'), id: PlaceId }),
]);
export type PowerTreeOperation = z.infer<typeof PowerTreeOperation>;

/** How far down the chain from the grid to the chip; null = it draws power beside the IT and feeds nothing. */
const rankOf: Readonly<Record<PowerPlaceKind, number | null>> = {
  utility: 0,
  generator: 0,
  solar: 0,
  battery: 0,
  transformer: 1,
  ups: 2,
  pdu: 3,
  rack: 4,
  node: 5,
  device: 6,
  cooling: null,
  lighting: null,
  other: null,
};
/** Of these one may feed another of its kind. */
const chained: ReadonlySet<PowerPlaceKind> = new Set(['transformer', 'pdu']);

export const isSource = (kind: PowerPlaceKind): boolean => rankOf[kind] === 0;
/** Cooling, light and the like: no part of the IT. */
export const isBesideIt = (kind: PowerPlaceKind): boolean => rankOf[kind] === null;
/** A node or a device: the IT itself. */
export const isEquipment = (kind: PowerPlaceKind): boolean => kind === 'node' || kind === 'device';

/**
 * At which sides of it a meter can stand: what only gives has an output, what only draws an input. Cooling draws power and removes heat
 * at its input; at its output it hands over heat that is used again.
 */
export function sidesOf(kind: PowerPlaceKind): readonly MeterSide[] {
  if (isSource(kind)) return ['output'];
  return kind === 'transformer' || kind === 'ups' || kind === 'pdu' || kind === 'cooling' ? ['input', 'output'] : ['input'];
}

/** Where a meter most likely stands that nobody said a side of. */
export const usualSideOf = (kind: PowerPlaceKind): MeterSide => (kind === 'cooling' ? 'input' : (sidesOf(kind).at(-1) ?? 'input'));

/** The tree without meters of heat or water, which tell no power: they stand in it for figures of their own. */
export function withoutFluids(tree: PowerTree, fluids: ReadonlySet<string>): PowerTree {
  const has = tree.places.some(({ meters }) => meters.some(({ device }) => fluids.has(device)));
  if (!has) return tree;
  const places = tree.places.map((place) => ({ ...place, meters: place.meters.filter(({ device }) => !fluids.has(device)) }));
  return { ...tree, places };
}

/** Whether a place of this kind can be fed by one of that. */
export function canFeed(above: PowerPlaceKind, kind: PowerPlaceKind): boolean {
  const [from, to] = [rankOf[above], rankOf[kind]];
  if (from === null || to === 0) return false;
  if (to === null) return from < 4;
  return from < to || (above === kind && chained.has(kind));
}

export interface PowerTreeRules {
  /** A new id for a place of this kind; never one that was used before. */
  readonly newId: (kind: PowerPlaceKind) => string;
}

/**
 * Applies the operations in order and returns the new places, in tree order; the given ones stay as they are.
 * @throws {TreeError} for the first operation that cannot be done; then none is
 */
export function editPowerTree(
  places: readonly PowerPlace[],
  operations: readonly PowerTreeOperation[],
  rules: PowerTreeRules,
): PowerPlace[] {
  let now: readonly PowerPlace[] = places;
  for (const operation of operations) now = applyOne(now, operation, rules);
  return inPowerOrder(now);
}

function applyOne(places: readonly PowerPlace[], operation: PowerTreeOperation, rules: PowerTreeRules): readonly PowerPlace[] {
  if (operation.op === 'unmeter') return withoutMeter(places, operation.device);
  if (operation.op === 'add') {
    const { kind, parent, name, device } = operation;
    if (places.length >= MAX_POWER_PLACES) throw new TreeError('invalid', message('message.powerTree.full', { most: MAX_POWER_PLACES }));
    const position = childrenOf(places, parent).length;
    const added: PowerPlace = { id: rules.newId(kind), kind, name, parent, position, device: null, meters: [] };
    checkParent(places, added, parent);
    const all = [...places, added];
    const known = device === null ? all : linked(all, added, device);
    return operation.meter === undefined ? known : applyOne(known, { op: 'meter', id: added.id, ...operation.meter }, rules);
  }
  const place = find(places, operation.id);
  switch (operation.op) {
    case 'rename':
      return replaced(places, { ...place, name: operation.name });
    case 'move': {
      const { parent } = operation;
      checkParent(places, place, parent);
      checkCircle(places, place, parent);
      const siblings = childrenOf(places, parent).filter(({ id }) => id !== place.id);
      const at = Math.min(operation.position ?? siblings.length, siblings.length);
      const order = [...siblings.slice(0, at), { ...place, parent }, ...siblings.slice(at)];
      const others = places.filter(({ id }) => !order.some((sibling) => sibling.id === id));
      return closeGaps([...others, ...order.map((sibling, position) => ({ ...sibling, position }))]);
    }
    case 'link':
      return linked(places, place, operation.device);
    case 'meter': {
      const { device, side, classPercent } = operation;
      const sides = sidesOf(place.kind);
      if (!sides.includes(side))
        throw new TreeError(
          'invalid',
          message(side === 'input' ? 'message.powerTree.noInput' : 'message.powerTree.noOutput', {
            meter: device,
            name: place.name,
            kind: powerKindName(place.kind),
          }),
        );
      const others = withoutMeter(places, device);
      const own = find(others, place.id);
      const within = own.meters.find((other) => other.side === side && (isPartOf(other.device, device) || isPartOf(device, other.device)));
      if (within)
        throw new TreeError('invalid', message('message.powerTree.twice', { meter: device, other: within.device, name: place.name }));
      if (own.meters.length >= MAX_METERS)
        throw new TreeError('invalid', message('message.powerTree.manyMeters', { name: place.name, most: MAX_METERS }));
      return replaced(others, { ...own, meters: [...own.meters, { device, side, classPercent }] });
    }
    case 'remove':
      if (childrenOf(places, place.id).length > 0)
        throw new TreeError('invalid', message('message.powerTree.notEmpty', { name: place.name }));
      return closeGaps(places.filter(({ id }) => id !== place.id));
  }
}

const powerKindName = (kind: PowerPlaceKind): KeyedMessage => message(`message.powerPlace.${kind}`);

/** Whether a meter is a part (a phase, an outlet) of another. */
const isPartOf = (part: string, whole: string): boolean => part.startsWith(`${whole}/`);

function find(places: readonly PowerPlace[], id: string): PowerPlace {
  const place = places.find((candidate) => candidate.id === id);
  if (!place) throw new TreeError('not-found', message('message.powerTree.none', { id }));
  return place;
}

const replaced = (places: readonly PowerPlace[], place: PowerPlace): PowerPlace[] =>
  places.map((other) => (other.id === place.id ? place : other));

function linked(places: readonly PowerPlace[], place: PowerPlace, device: string | null): PowerPlace[] {
  if (device !== null && !isEquipment(place.kind))
    throw new TreeError('invalid', message('message.powerTree.noEquipment', { name: place.name, kind: powerKindName(place.kind), device }));
  const holder = places.find((other) => device !== null && other.device === device && other.id !== place.id);
  if (holder) throw new TreeError('invalid', message('message.powerTree.linked', { device: device ?? '', name: holder.name }));
  return replaced(places, { ...place, device });
}

const withoutMeter = (places: readonly PowerPlace[], device: string): PowerPlace[] =>
  places.map((place) =>
    place.meters.some((meter) => meter.device === device)
      ? { ...place, meters: place.meters.filter((meter) => meter.device !== device) }
      : place,
  );

function childrenOf(places: readonly PowerPlace[], parent: string | null): PowerPlace[] {
  return places.filter((place) => place.parent === parent).sort((a, b) => a.position - b.position);
}

function checkParent(places: readonly PowerPlace[], place: Pick<PowerPlace, 'kind' | 'name'>, parent: string | null): void {
  if (parent === null) return;
  const above = find(places, parent);
  if (canFeed(above.kind, place.kind)) return;
  const words = { name: place.name, kind: powerKindName(place.kind), above: above.name, aboveKind: powerKindName(above.kind) };
  const why: Message = isSource(place.kind)
    ? message('message.powerTree.atTop', words)
    : isBesideIt(above.kind)
      ? message('message.powerTree.feedsNothing', words)
      : message('message.powerTree.wrongOrder', words);
  throw new TreeError('invalid', why);
}

function checkCircle(places: readonly PowerPlace[], place: PowerPlace, parent: string | null): void {
  let above = parent === null ? null : find(places, parent);
  while (above !== null) {
    if (above.id === place.id)
      throw new TreeError('invalid', message('message.powerTree.circle', { name: place.name, below: find(places, parent ?? '').name }));
    above = above.parent === null ? null : find(places, above.parent);
  }
}

/** Positions from 0 among each parent's children. */
function closeGaps(places: readonly PowerPlace[]): PowerPlace[] {
  const positions = new Map<string, number>();
  for (const parent of new Set(places.map((place) => place.parent)))
    childrenOf(places, parent).forEach(({ id }, position) => positions.set(id, position));
  return places.map((place) => ({ ...place, position: positions.get(place.id) ?? place.position }));
}

/** Parents before their children, siblings by position. What hangs on nothing is left out. */
/** Loads, and what passes power to loads alone. Of `other` nobody knows. */
const drawsOnly: ReadonlySet<PowerPlaceKind> = new Set(['ups', 'pdu', 'rack', 'node', 'device', 'cooling', 'lighting']);

/**
 * Whether power may flow back through this meter: where nothing at its place or below can generate, it cannot.
 * True where it was not placed. A phase's device stands where its meter does.
 */
export function canFeedBack({ places }: Pick<PowerTree, 'places'>, device: string): boolean {
  const at = places.filter(({ meters }) => meters.some((meter) => device === meter.device || device.startsWith(`${meter.device}/`)));
  const canGive = (place: PowerPlace): boolean =>
    !drawsOnly.has(place.kind) || places.some((below) => below.parent === place.id && canGive(below));
  return at.length === 0 || at.some(canGive);
}

export function inPowerOrder(places: readonly PowerPlace[]): PowerPlace[] {
  const byParent = new Map<string | null, PowerPlace[]>();
  for (const place of places) byParent.set(place.parent, [...(byParent.get(place.parent) ?? []), place]);
  const ordered: PowerPlace[] = [];
  const add = (parent: string | null): void => {
    for (const place of (byParent.get(parent) ?? []).sort((a, b) => a.position - b.position)) {
      ordered.push(place);
      add(place.id);
    }
  };
  add(null);
  return ordered;
}

/**
 * How a place's watts are known: by its own meter, by the equipment itself, by a curve that was fitted to its meters' history, or by what
 * it feeds; null = not at all.
 */
export const PowerBasis = z.enum(['meter', 'equipment', 'fit', 'children']);

/** A place at one moment. */
export const PowerPlaceState = z.object({
  id: PlaceId,
  /** What it draws. Withheld where nothing tells it, or a meter of it is silent. */
  inputW: Quantity,
  /** What it gives; null = nothing is metered there, or it gives nothing. */
  outputW: Quantity.nullable(),
  basis: PowerBasis.nullable(),
  /** What it feeds, as far as that is known. */
  fedW: Quantity.nullable(),
  /**
   * What it gives less what it feeds; null = it feeds nothing that is known, or is not metered itself. Below zero: the meters below
   * tell more than the one above.
   */
  unexplainedW: Quantity.nullable(),
  /** By what the meters' classes allow the two to differ, ± W; null = not all of it is metered. */
  allowedW: z.number().nonnegative().nullable(),
  /** The unexplained part holds its own losses: only what goes in is metered. */
  holdsLosses: z.boolean(),
  /** By the curve that was fitted to it: what it loses, or of cooling what it draws; null = there is no curve. */
  fittedW: Quantity.nullable(),
  /** What its meters tell of the same; null = they do not. */
  toldW: Quantity.nullable(),
  /** What it feeds and nothing tells the power of: that lies in the unexplained part. */
  unmetered: z.array(PlaceId),
  /** Meters whose silence withholds a figure of it. */
  silent: z.array(DeviceId),
});
export type PowerPlaceState = z.infer<typeof PowerPlaceState>;

/** The tree at one tick. */
export const PowerTreeState = z.object({
  atMs: z.number(),
  revision: z.number().int().nonnegative(),
  places: z.array(PowerPlaceState),
  /** Feeds that say they are branches and stand nowhere else. */
  branches: z.array(PowerBranch.extend({ powerW: Quantity })),
  /** Meters there are, wherever they stand. */
  meters: z.array(z.object({ device: DeviceId, label: z.string(), powerW: Quantity, hasEnergy: z.boolean() })),
  /** metered: what comes in is told by meters; fitted: by meters and fitted curves; open: places in `open` keep it from that, and it is modelled; none: no meter. */
  facility: z.enum(['metered', 'fitted', 'open', 'none']),
  open: z.array(PlaceId),
  /** What comes in: by meters, or by the model. */
  facilityW: Quantity,
  /** What the facility model makes of the IT's power, whether or not meters go before it. */
  modelledW: Quantity,
  /** Places whose fitted curves the model is made with, and such whose curves do not reach to this load or weather. */
  modelFits: z.array(z.string()),
  modelOutside: z.array(z.string()),
});
export type PowerTreeState = z.infer<typeof PowerTreeState>;
