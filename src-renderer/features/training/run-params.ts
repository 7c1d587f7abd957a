import type { ParamValue } from '@shared/model/param';
import { PROGRAM_KIND, commandLine, programOf } from '@shared/model/program';
import { knownParams } from '@shared/studio/recipe-params';
import type { Run } from '@shared/model/run';
import type { Message } from '@shared/text/message';

export interface ShownParam {
  readonly name: string;
  readonly label: Message;
  readonly value: ParamValue;
  readonly unit: string;
}

/**
 * The run's parameters in the order of the form that it was started with. One from before runs kept that is read by what
 * recipes ask for now; what nothing is said of stands last, by its own name.
 */
export function paramsOf({ kind, params: kept, paramSpecs }: Run): ShownParam[] {
  const program = kind === PROGRAM_KIND ? programOf(kept) : null;
  const params = program === null ? kept : { ...kept, args: program.args.length === 0 ? null : commandLine(program.args) };
  const specs = paramSpecs.length > 0 ? paramSpecs : knownParams;
  const declared = specs.flatMap(({ name, label, unit }) => {
    const value = params[name];
    return value === undefined ? [] : [{ name, label, value, unit }];
  });
  const names = new Set(declared.map(({ name }) => name));
  const others = Object.entries(params).filter(([name]) => !names.has(name));
  return [...declared, ...others.map(([name, value]): ShownParam => ({ name, label: name, value, unit: '' }))];
}
