import { compilePattern, MARKED_LINE_MAX, patternFault, type MarkRule } from '@shared/model/mark';
import { MessageError } from '@shared/text/message';
import { numberAt } from './numbers';
import type { Line, LineReader, ReaderContext } from './line-reader';

const MARKED = { isMarked: true } as const;

/** Numbers that a person marked. They are read beside whatever another reader finds in the line. */
export class MarkedReader implements LineReader {
  private readonly rules: readonly { readonly name: string; readonly pattern: RegExp }[];

  /** @throws MessageError of a pattern without a place for the number */
  constructor(rules: readonly MarkRule[]) {
    this.rules = rules.map(({ name, pattern }) => {
      const fault = patternFault(pattern);
      if (fault !== null) throw new MessageError(fault);
      return { name, pattern: compilePattern(pattern) };
    });
  }

  read({ text }: Line, context: ReaderContext): boolean {
    if (this.rules.length === 0 || text.length > MARKED_LINE_MAX) return false;
    for (const { name, pattern } of this.rules) {
      const { value, step, epoch } = pattern.exec(text)?.groups ?? {};
      const number = value === undefined ? null : numberAt(value, 0);
      if (number === null) continue;
      const { position } = context;
      const ofLine = epoch === undefined ? null : Number(epoch);
      const told = step === undefined ? null : position.clock.at(`mark ${name}`, 'global', Number(step), ofLine, null);
      const placed = told ?? position.placeOf(name, ofLine);
      const written = ofLine ?? position.epoch;
      context.tell(name, placed, number.value, written, MARKED);
    }
    return false;
  }
}
