import { createHash } from 'node:crypto';
import { derive } from '@shared/datasets/derive';
import type { DataRecipe } from '@shared/model/dataset-recipe';
import type { StoredVersion } from '../../dataset-files/reader';
import type { MakeVersion } from './catalogue';
import { refuseUnknown } from './import';
import { refuseTooLarge, turn } from './in-memory';
import type { JobContext } from './jobs';

/**
 * Makes a version of another by a recipe. Its source is its parent's, so that what it comes from stays known.
 * @param isSame whether it becomes a version of the same data set; of another, its parent's number would mean nothing
 * @throws {AppError} `too-large`, `invalid-input` by the number of the step, `cancelled`
 */
export function deriveVersion(parent: StoredVersion, recipe: DataRecipe, isSame: boolean, job: JobContext): MakeVersion {
  return async (writer, number) => {
    refuseTooLarge(parent);
    const { version } = parent;
    const totalBytes = version.bytes;
    job.progress({ stage: 'look', rows: 0, doneBytes: 0, totalBytes });
    const table = await parent.table();
    job.check();
    await turn();
    const made = derive(table, await parent.parts(), recipe);
    await turn();
    const names = made.table.columns.map(({ name }) => name);
    refuseUnknown(recipe.target, names);
    for (const { name, unit, data } of made.table.columns) {
      job.check();
      await (await writer.column({ name, unit })).append(data);
      job.progress({ stage: 'write', rows: made.table.rows, doneBytes: totalBytes, totalBytes });
    }
    const target = recipe.target ?? version.target;
    const how = createHash('sha256').update(version.source.sha256).update(JSON.stringify(recipe)).digest('hex');
    return writer.finish(
      {
        version: number,
        createdAtMs: Date.now(),
        kind: version.kind,
        source: isSame ? version.source : { ...version.source, format: 'derived', sha256: how },
        parent: isSame ? version.version : null,
        recipe,
        fitted: [...made.fitted],
        target: target !== null && names.includes(target) ? target : null,
        notes: [],
      },
      made.parts,
    );
  };
}
