import { Option } from '@commander-js/extra-typings';
import { MarkRule, patternFault } from '@shared/model/mark';
import { english } from '@shared/text/message';
import { defineCommand } from '../command';
import type { ReadRequest } from '../read';
import { UsageError } from '../usage';

const gather = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export const readCommand = defineCommand({
  name: 'read',
  summary: "print the scalars in a program's files: TensorBoard, CSV, W&B, MLflow, text; keeps nothing",
  missing: 'Which file or folder? read FILE',
  define: (cli) =>
    cli
      .argument('<FILE...>', 'files or folders, with all below them; - is standard input')
      .option('--json', 'a line of JSON a point, in the order of the files')
      .addOption(
        new Option(
          '--mark <NAME=LINE>',
          'a number of lines like this one, as often as needed; {value}, {step}, {epoch} stand for its numbers: "ppl=Round {step}: {value}"',
        ).argParser(gather),
      ),
  check: ({ json, mark = [] }, files): ReadRequest => ({ files, json: json === true, rules: mark.map(ruleOf) }),
  run: async (request, { terminal }) => (await import('../read')).readFiles(request, terminal),
});

function ruleOf(typed: string): MarkRule {
  const at = typed.indexOf('=');
  const rule = MarkRule.safeParse({ name: typed.slice(0, Math.max(0, at)).trim(), pattern: typed.slice(at + 1) });
  if (!rule.success) throw new UsageError(`--mark ${typed}: a name, "=" and a line with {value} in it.`);
  const fault = patternFault(rule.data.pattern);
  if (fault !== null) throw new UsageError(`--mark ${typed}: ${english(fault)}.`);
  return rule.data;
}
