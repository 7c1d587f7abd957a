import type { CurveAnswer, CurveQuery } from '@shared/model/curve';
import { type HandOver, repository } from '../../repository';
import { curves as tables } from './0017-curves';
import { curveRollups } from './0021-curve-rollups';
import { openCurveQuery, packed } from './query';
import { openCurveTables } from './tables';

/** The scalars of runs, step by step. */
export const curves = repository({
  migrations: [tables, curveRollups],
  write: ({ db, log }) => openCurveTables(db, log),
  prepare: ({ db }) => openCurveQuery(db),
  queries: {
    /**
     * Curves by step, time or energy, decimated: a million points cost what their summaries do.
     * @throws {AppError} `too-large`
     */
    read(ask, query: CurveQuery, check): HandOver<CurveAnswer> {
      return packed(ask(query, check));
    },
  },
});
