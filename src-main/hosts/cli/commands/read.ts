import { defineCommand } from '../command';
import type { ReadRequest } from '../read';

export const readCommand = defineCommand({
  name: 'read',
  summary: "print the scalars in a program's files: TensorBoard, CSV, W&B, MLflow, text; keeps nothing",
  missing: 'Which file or folder? read FILE',
  define: (cli) =>
    cli
      .argument('<FILE...>', 'files or folders, with all below them; - is standard input')
      .option('--json', 'a line of JSON a point, in the order of the files'),
  check: ({ json }, files): ReadRequest => ({ files, json: json === true }),
  run: async (request, { terminal }) => (await import('../read')).readFiles(request, terminal),
});
