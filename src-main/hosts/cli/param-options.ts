import { Option } from '@commander-js/extra-typings';
import { parseParam, refusalOf, type ParamSpec, type ParamValue } from '@shared/model/param';
import { english } from '@shared/text/message';
import { UsageError } from './usage';

/** What a parameter is called on the command line. */
export const optionOf = ({ option, name }: ParamSpec): string => `--${option ?? name}`;

/** A parameter's value among the options that commander gives, or its default. @throws UsageError */
export function typedParam(spec: ParamSpec, given: ReadonlyMap<string, unknown>): ParamValue {
  // Commander's own name of it.
  const typed = given.get(new Option(optionOf(spec)).attributeName());
  if (typeof typed !== 'string') return spec.default;
  const value = parseParam(spec, typed);
  const why = value === undefined ? 'a number is needed' : refusalOf(spec, value);
  if (value !== undefined && why === null) return value;
  throw new UsageError(`${optionOf(spec)} ${typed}: ${english(why ?? '')}.`);
}
