import { isEquipment, isSource, type MeterSide, type PowerPlace } from '../model/power-tree';
import { sumOfCourses } from './course-sum';
import type { PowerCourse, RatioRange } from './curve-match';
import type { PowerTreePlan } from './power-tree';

/** What a meter at one side of a place is held against. */
interface Reference {
  readonly course: PowerCourse;
  readonly ratio: RatioRange;
}

/** What a node tells of itself may be its chips alone; what a meter at it has more is the rest of it. */
const OF_EQUIPMENT: RatioRange = { from: 0.85, to: 1.5 };
/** Of meters of any class that measure the same power. */
const EQUAL: RatioRange = { from: 0.95, to: 1.05 };
/** What goes in, against what comes out, of what loses a few per cent; where it could be that which comes out, no less than 3 % more. */
const IN_BY_OUT: RatioRange = { from: 1, to: 1.35 };
const IN_OR_OUT_BY_FED: RatioRange = { from: 1.03, to: 1.35 };
const OUT_OR_IN_BY_FED: RatioRange = { from: 0.95, to: 1.03 };
const OUT_BY_IN: RatioRange = { from: 0.7, to: 1 };

/** The courses of the power tree, as far as its meters and its equipment tell them. */
export class PlaceCourses {
  private readonly drawn = new Map<string, PowerCourse | null>();

  constructor(
    private readonly plan: PowerTreePlan,
    private readonly course: (device: string) => PowerCourse | null,
  ) {}

  /** What a meter at this side would tell; null = nothing else tells it. */
  reference(place: PowerPlace, side: MeterSide): Reference | null {
    if (isEquipment(place.kind)) {
      const own = place.device === null ? null : this.course(place.device);
      return own === null ? null : { course: own, ratio: OF_EQUIPMENT };
    }
    const loses = place.kind === 'ups' || place.kind === 'pdu' || place.kind === 'transformer';
    if (!loses) {
      const fed = this.fed(place);
      return fed === null ? null : { course: fed, ratio: EQUAL };
    }
    const other = this.side(place, side === 'input' ? 'output' : 'input');
    if (side === 'input') {
      if (other !== null) return { course: other, ratio: IN_BY_OUT };
      const fed = this.fed(place);
      return fed === null ? null : { course: fed, ratio: IN_OR_OUT_BY_FED };
    }
    const fed = this.fed(place);
    if (fed !== null) return { course: fed, ratio: other === null ? OUT_OR_IN_BY_FED : EQUAL };
    return other === null ? null : { course: other, ratio: OUT_BY_IN };
  }

  private side({ meters }: PowerPlace, side: MeterSide): PowerCourse | null {
    const own = meters.filter((meter) => meter.side === side);
    return own.length === 0 ? null : sumOfCourses(own.map(({ device }) => this.course(device)));
  }

  /** What it feeds, where all of that is told. */
  private fed(place: PowerPlace): PowerCourse | null {
    const below = this.plan.below(place);
    return below.length === 0 ? null : sumOfCourses(below.map((child) => this.drawnBy(child)));
  }

  private drawnBy(place: PowerPlace): PowerCourse | null {
    const known = this.drawn.get(place.id);
    if (known !== undefined) return known;
    const found = this.find(place);
    this.drawn.set(place.id, found);
    return found;
  }

  private find(place: PowerPlace): PowerCourse | null {
    const own = this.side(place, isSource(place.kind) ? 'output' : 'input');
    if (own !== null) return own;
    if (place.device !== null) {
      const told = this.course(place.device);
      if (told !== null) return told;
    }
    // What loses power draws more than it gives.
    return place.kind === 'rack' || isEquipment(place.kind) ? this.fed(place) : null;
  }
}
