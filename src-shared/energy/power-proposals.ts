import { isWholePlant } from '../climate/plant-sources';
import type { PowerProposal } from '../model/power-proposal';
import {
  canFeed,
  DEFAULT_CLASS_PERCENT,
  isBesideIt,
  isEquipment,
  isSource,
  powerPlaceKinds,
  sidesOf,
  type MeterSide,
  type PowerPlace,
  type PowerPlaceKind,
  type PowerTree,
} from '../model/power-tree';
import { message, type KeyedMessage, type Message } from '../text/message';
import { isClear, isOther, isSame, matchCurves, type CurveMatch, type PowerCourse } from './curve-match';
import { areTwins, canBeSame, isOutlet, kindIn, nameWithin, serverOfController, sideIn, withoutSide, wordsOf } from './place-names';
import { PlaceCourses } from './place-courses';
import { PowerTreePlan } from './power-tree';

/** A meter that stands nowhere, and what its feed tells of it. */
export interface MeterToPlace {
  readonly device: string;
  readonly label: string;
  /** What the device is: by its battery or its outlets, or else by the kind of its feed (its name). */
  readonly found: { readonly kind: 'ups' | 'pdu'; readonly feed: Message | null } | null;
  /** It is read from a server's management controller: the server, where that is known, and the controller's host. */
  readonly controller: { readonly node: string | null; readonly host: string } | null;
  /** Its feed counts as a branch of the supply. */
  readonly isSupply: boolean;
}

/** A node that is known here, whether it stands in the power tree or not. */
export interface KnownNode {
  readonly id: string;
  readonly name: string;
  readonly rack: string | null;
}

export interface ProposalInput {
  readonly tree: PowerTree;
  readonly meters: readonly MeterToPlace[];
  /** How a meter that is placed is called. */
  readonly labelOf: (device: string) => string;
  readonly nodes: readonly KnownNode[];
  /** The recent history of a meter, or of what a node tells of itself. */
  readonly course: (device: string) => PowerCourse | null;
  /** How far back it goes, and how long a stretch of it is, ms. */
  readonly spanMs: number;
  readonly bucketMs: number;
  readonly dismissed: ReadonlySet<string>;
}

interface Candidate {
  readonly meter: MeterToPlace;
  /** As it is, or as it would be added: without an id. */
  readonly place: PowerPlace;
  readonly isNew: boolean;
  readonly side: MeterSide;
  readonly match: CurveMatch | null;
  readonly isSame: boolean;
  readonly byName: number;
  readonly reasons: readonly KeyedMessage[];
  readonly score: number;
}

/** How much a reason weighs: a curve does not lie, a name may. */
const weights = { curve: 8, controller: 5, name: 4, twin: 3, kind: 2, found: 2, supply: 2, curveShared: 1 } as const;
const MIN_SCORE = 2;

/** Where the meters may belong, at most one place each; the best known first. What a person dismissed is counted, not told. */
export function powerProposals(input: ProposalInput): { readonly proposals: PowerProposal[]; readonly dismissed: number } {
  const finder = new PlaceFinder(input);
  const all = input.meters.flatMap((meter) => finder.candidatesOf(meter)).sort((a, b) => b.score - a.score);
  const taken: Candidate[] = [];
  let dismissed = 0;
  for (const candidate of all) {
    if (taken.some(({ meter }) => meter === candidate.meter)) continue;
    const rival = taken.find(({ place, side }) => placeKey(place) === placeKey(candidate.place) && side === candidate.side);
    if (rival !== undefined && !areTwins(rival.meter.label, candidate.meter.label)) continue;
    if (input.dismissed.has(idOf(candidate))) dismissed++;
    else taken.push(candidate);
  }
  return { proposals: taken.map(proposalOf), dismissed };
}

const placeKey = ({ id, kind, name, device }: PowerPlace): string => (id === '' ? `new ${kind} ${device ?? name}` : id);
const idOf = ({ meter, place, side }: Candidate): string => `${meter.device} ${side} ${placeKey(place)}`.slice(0, 400);

function proposalOf(candidate: Candidate): PowerProposal {
  const { meter, place, isNew, side, reasons } = candidate;
  const placed = { device: meter.device, side, classPercent: DEFAULT_CLASS_PERCENT };
  const { kind, name, parent, device } = place;
  return {
    id: idOf(candidate),
    device: meter.device,
    label: meter.label,
    place: isNew ? null : place.id,
    name,
    kind,
    side,
    reasons: [...reasons],
    operations: [isNew ? { op: 'add', kind, parent, name, device, meter: placed } : { op: 'meter', id: place.id, ...placed }],
  };
}

class PlaceFinder {
  private readonly plan: PowerTreePlan;
  private readonly courses: PlaceCourses;
  /** Nodes that are known here and stand nowhere in the tree, where they would be added. */
  private readonly missing: readonly PowerPlace[];

  constructor(private readonly input: ProposalInput) {
    this.plan = new PowerTreePlan(input.tree);
    this.courses = new PlaceCourses(this.plan, input.course);
    const linked = new Set(input.tree.places.flatMap(({ device }) => device ?? []));
    this.missing = input.nodes.flatMap(({ id, name, rack }) => {
      if (linked.has(id) || (id === 'local' && linked.has('host'))) return [];
      const parent = this.parentFor('node', rack);
      return parent === undefined ? [] : [placeToAdd('node', name, parent, id)];
    });
  }

  candidatesOf(meter: MeterToPlace): Candidate[] {
    const history = this.input.course(meter.device);
    const places = [...this.input.tree.places, ...this.missing];
    const all = places.flatMap((place) => this.sidesFor(meter, place).map((side) => this.at(meter, place, side, history)));
    const same = all.filter((own) => own.isSame).sort((a, b) => (b.match?.r ?? 0) - (a.match?.r ?? 0));
    const longest = Math.max(0, ...all.map(({ byName }) => byName));
    const lie = all.find(({ byName, match }) => byName > 0 && byName === longest && match !== null && isOther(match));
    const named = all.find(({ byName, match, isSame }) => byName > 0 && byName === longest && match !== null && !isSame);
    const told = all.map((own) => this.weighed(own, { same, longest, named }));
    const found = told.filter(({ score, match }) => score >= MIN_SCORE && !(match !== null && isOther(match)));
    if (found.length > 0 || lie !== undefined) return found;
    const added = this.added(meter);
    return added === null ? [] : [added];
  }

  /** At which sides of a place the meter can stand: none where another stands already, but for the other of two supplies. */
  private sidesFor(meter: MeterToPlace, place: PowerPlace): MeterSide[] {
    if (isOutlet(meter.label) && !isEquipment(place.kind) && !isBesideIt(place.kind) && place.kind !== 'rack') return [];
    const { labelOf } = this.input;
    // What cooling gives is heat, which no meter of power tells.
    const sides = place.kind === 'cooling' ? (['input'] as const) : sidesOf(place.kind);
    const open = sides.filter((side) =>
      place.meters.filter((own) => own.side === side).every((own) => areTwins(labelOf(own.device), meter.label)),
    );
    if (sides.length === 1) return open;
    const said = saidSide(meter);
    return said === null ? open : open.filter((side) => side === said);
  }

  private at(meter: MeterToPlace, place: PowerPlace, side: MeterSide, history: PowerCourse | null): Candidate {
    const isOpen = place.meters.every((own) => own.side !== side);
    const reference = history === null || !isOpen ? null : this.courses.reference(place, side);
    const match = history === null || reference === null ? null : matchCurves(history, reference.course);
    const node = this.input.nodes.find(({ id }) => id === place.device);
    const byName = Math.max(nameWithin(meter.label, place.name), node === undefined ? 0 : nameWithin(meter.label, node.name));
    const same = match !== null && reference !== null && isSame(match, reference.ratio);
    return { meter, place, isNew: place.id === '', side, match, isSame: same, byName, reasons: [], score: 0 };
  }

  private weighed(
    own: Candidate,
    { same, longest, named }: { readonly same: readonly Candidate[]; readonly longest: number; readonly named: Candidate | undefined },
  ): Candidate {
    const { meter, place, side, byName } = own;
    const reasons: KeyedMessage[] = [];
    let score = 0;
    const add = (weight: number, reason: KeyedMessage): void => {
      score += weight;
      reasons.push(reason);
    };
    if (own.isSame && own.match !== null) {
      const rivals = same.filter((rival) => rival !== own && !this.isInLine(rival.place, place));
      const { match } = own;
      if (rivals.every((rival) => rival.match !== null && isClear(match, rival.match)))
        add(weights.curve + match.r, this.curveReason(own.place, match));
      else if (byName > 0) add(weights.curveShared, message('message.proposal.curveShared', { place: place.name, r: rounded(match.r, 3) }));
      if (score >= weights.curve && named !== undefined && named.place !== place && named.match !== null)
        reasons.push(message('message.proposal.lie', { place: named.place.name, r: rounded(named.match.r, 2), n: named.match.n }));
    }
    const { controller } = meter;
    if (controller !== null && this.isServer(controller, place))
      add(weights.controller, message('message.proposal.controller', { node: place.name, host: controller.host }));
    if (byName > 0 && byName === longest) add(weights.name, message('message.proposal.name', { place: place.name }));
    const twin = place.meters.find((placed) => placed.side === side);
    if (twin !== undefined) {
      // Of the same side nothing else speaks: what it is to be added to stands there already.
      return { ...own, score: weights.twin, reasons: [message('message.proposal.twin', { meter: this.input.labelOf(twin.device) })] };
    }
    if (longest === 0 && !own.isNew) this.addByKind(own, add);
    // Without a word of it, what a PDU is fed, and what a UPS gives.
    return { ...own, reasons, score: score > 0 && side === usualSide(meter, place.kind) ? score + 0.1 : score };
  }

  private addByKind({ meter, place }: Candidate, add: (weight: number, reason: KeyedMessage) => void): void {
    const isOnly = this.input.tree.places.filter(({ kind }) => kind === place.kind).length === 1;
    if (!isOnly || !canBeSame(meter.label, place.name)) return;
    const said = kindIn(meter.label);
    if (said === place.kind) add(weights.kind, message('message.proposal.kind', { kind: kindName(said) }));
    else if (said !== null) return;
    if (meter.found?.kind === place.kind) add(weights.found, foundReason(meter.found));
    if (meter.isSupply && place.kind === 'utility') add(weights.supply, message('message.proposal.supply'));
  }

  /** A place that is not in the tree yet, where the name or the device says what it would be. */
  private added(meter: MeterToPlace): Candidate | null {
    const { label, found, isSupply } = meter;
    const said = kindIn(label) ?? found?.kind ?? (isSupply ? 'utility' : null);
    if (said === null || isEquipment(said) || (isOutlet(label) && !isBesideIt(said))) return null;
    // Where the one that is meant cannot be told from others of its kind, a person knows.
    const others = this.input.tree.places.filter(({ kind }) => kind === said);
    if (others.some(({ name }) => canBeSame(label, name))) return null;
    if (said === 'cooling' && !isWholePlant(label) && this.isPlantMetered()) return null;
    const parent = this.parentFor(said, null);
    if (parent === undefined) return null;
    const reasons = [
      ...(kindIn(label) === said ? [message('message.proposal.kindNew', { kind: kindName(said) })] : []),
      ...(found?.kind === said ? [foundReason(found)] : []),
      ...(isSupply && said === 'utility' ? [message('message.proposal.supply')] : []),
    ];
    const sides = said === 'cooling' ? (['input'] as const) : sidesOf(said);
    const place = placeToAdd(said, (sides.length === 1 ? label.trim() : withoutSide(label)).slice(0, 80), parent, null);
    const side = sides.length === 1 ? (sides[0] ?? 'input') : (saidSide(meter) ?? usualSide(meter, said));
    return { meter, place, isNew: true, side, match: null, isSame: false, byName: 0, reasons, score: MIN_SCORE };
  }

  /** A meter of all that cools has in it what each unit's meter tells: beside it, that would count twice. */
  private isPlantMetered(): boolean {
    const { tree, meters } = this.input;
    return (
      tree.places.some(({ kind, name, meters: own }) => kind === 'cooling' && own.length > 0 && isWholePlant(name)) ||
      meters.some(({ label }) => kindIn(label) === 'cooling' && isWholePlant(label))
    );
  }

  /**
   * What would feed a new place: the nearest kind above it of which there is one alone; undefined = that cannot be told. At the top only
   * where no source stands: what stands beside one counts as fed by itself.
   */
  private parentFor(kind: PowerPlaceKind, rack: string | null): string | null | undefined {
    if (isSource(kind)) return null;
    const { places } = this.input.tree;
    const named = places.find((place) => rack !== null && place.kind === 'rack' && place.name === rack);
    if (named !== undefined && canFeed('rack', kind)) return named.id;
    // Cooling and light hang on the supply, not on what keeps the IT up.
    const kinds = powerPlaceKinds.filter((above) => above !== kind && canFeed(above, kind) && (above === 'utility' || !isSource(above)));
    for (const above of isBesideIt(kind) ? kinds : kinds.reverse()) {
      const own = places.filter((place) => place.kind === above);
      if (own.length === 1) return own[0]?.id;
    }
    return places.some((place) => isSource(place.kind)) ? undefined : null;
  }

  /** Whether one of them feeds the other: their powers are alike by nature. */
  private isInLine(one: PowerPlace, other: PowerPlace): boolean {
    const isAbove = (above: PowerPlace, below: PowerPlace): boolean => {
      const { places } = this.input.tree;
      for (let at: PowerPlace | undefined = below; at !== undefined;) {
        if (at === above) return true;
        const { parent }: PowerPlace = at;
        at = parent === null ? undefined : places.find(({ id }) => id === parent);
      }
      return false;
    };
    return isAbove(one, other) || isAbove(other, one);
  }

  private isServer({ node, host }: { readonly node: string | null; readonly host: string }, place: PowerPlace): boolean {
    if (place.kind !== 'node') return false;
    if (node !== null) return place.device === node || (node === 'local' && place.device === 'host');
    const server = serverOfController(host);
    if (server === null) return false;
    const known = this.input.nodes.find(({ id }) => id === place.device);
    const words = wordsOf(server).join(' ');
    return [place.name, known?.name].some((name) => name !== undefined && wordsOf(name).join(' ') === words);
  }

  private curveReason({ name }: PowerPlace, { r, n, slope, ratio, lag }: CurveMatch): KeyedMessage {
    const { spanMs, bucketMs } = this.input;
    const figures = {
      place: name,
      r: rounded(r, 3),
      n,
      hours: Math.round(spanMs / 3_600_000),
      slope: rounded(slope, 2),
      ratio: rounded(ratio, 2),
    };
    if (lag === 0) return message('message.proposal.curve', figures);
    return message('message.proposal.curveLag', { ...figures, lagMin: rounded((Math.abs(lag) * bucketMs) / 60_000, 1) });
  }
}

const placeToAdd = (kind: PowerPlaceKind, name: string, parent: string | null, device: string | null): PowerPlace => ({
  id: '',
  kind,
  name,
  parent,
  position: 0,
  device,
  meters: [],
});

/** By the part of the device that it is, else by its name. */
function saidSide({ device, label }: MeterToPlace): MeterSide | null {
  const part = /^sensor\/[^/]+\/(input|output)\b/.exec(device)?.[1];
  return part === 'input' || part === 'output' ? part : sideIn(label);
}

const usualSide = ({ found }: MeterToPlace, kind: PowerPlaceKind): MeterSide =>
  isSource(kind) || (kind === 'ups' && found?.kind === 'ups') ? 'output' : 'input';

const kindName = (kind: PowerPlaceKind): KeyedMessage => message(`message.powerPlace.${kind}`);

const foundReason = ({ kind, feed }: NonNullable<MeterToPlace['found']>): KeyedMessage =>
  feed === null
    ? message(kind === 'ups' ? 'message.proposal.ups' : 'message.proposal.pdu')
    : message(kind === 'ups' ? 'message.proposal.upsFeed' : 'message.proposal.pduFeed', { feed });

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
