import type { ParamDeclaration } from '@shared/model/param';
import { message, type Message } from '@shared/text/message';

/** Two readings may fail, and half of one come late. */
const MISSED = 2.5;

/** How old a value may be that comes with its own time. */
interface StaleRule {
  /** What it is where it is not set, and the readings are close together, s. */
  readonly leastS: number;
  readonly maxS: number;
  readonly step: number;
  readonly help: Message;
}

/** Asks for it; left empty it follows from how often the source is read. */
export const staleParam = ({ leastS, maxS, step, help }: StaleRule) =>
  ({
    name: 'staleS',
    label: message('message.told.staleS'),
    type: 'integer',
    unit: 's',
    min: 5,
    max: maxS,
    step,
    default: null,
    optional: true,
    help: message('message.told.staleHelp', { help, missed: MISSED, seconds: leastS }),
  }) as const satisfies ParamDeclaration;

/** How old a value may be, s. */
export const staleAfterS = (
  { staleS, everyS }: { readonly staleS: number | null; readonly everyS: number },
  { leastS }: Pick<StaleRule, 'leastS'>,
): number => staleS ?? Math.max(leastS, Math.ceil(MISSED * everyS));
