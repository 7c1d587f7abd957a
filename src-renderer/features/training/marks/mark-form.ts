import { numbersIn, patternOf, type LineNumber, type MarkPlace } from '@shared/model/mark';

/** A number of a line that was pressed. */
export interface MarkedNumber {
  readonly line: string;
  readonly number: LineNumber;
}

/** Which numbers of a line are what, by their place among them; null = none is. */
export type Roles = Readonly<Record<MarkPlace, number | null>>;

const BEFORE: Readonly<Record<'step' | 'epoch', RegExp>> = {
  step: /(?:step|iter(?:ation)?s?|updates?|batch(?:es)?|round)[\s:=#[(]*$/i,
  epoch: /ep(?:ochs?)?[\s:=#[(]*$/i,
};

/** What the numbers of a line most likely are, where one of them was pressed as the value. */
export function rolesOf({ line, number }: MarkedNumber): Roles {
  const numbers = numbersIn(line);
  const value = numbers.findIndex(({ from }) => from === number.from);
  const named = (place: 'step' | 'epoch'): number | null => {
    const found = numbers.findIndex(
      ({ from, to }, i) => i !== value && BEFORE[place].test(line.slice(0, from)) && isWhole(line.slice(from, to)),
    );
    return found < 0 ? null : found;
  };
  return { value: value < 0 ? null : value, step: named('step'), epoch: named('epoch') };
}

/** The pattern that they make of the line. */
export function patternOfRoles(line: string, roles: Roles): string {
  const numbers = numbersIn(line);
  return patternOf(
    line,
    (['value', 'step', 'epoch'] as const).flatMap((place) => {
      const at = roles[place];
      const number = at === null ? undefined : numbers[at];
      return number === undefined ? [] : [{ ...number, place }];
    }),
  );
}

/** With another number for one of them: no number is two. */
export function withRole(roles: Roles, place: MarkPlace, at: number | null): Roles {
  const other = (each: MarkPlace): number | null => (each !== place && at !== null && roles[each] === at ? null : roles[each]);
  return { value: other('value'), step: other('step'), epoch: other('epoch'), [place]: at };
}

export const isWhole = (text: string): boolean => /^\d+$/.test(text);
