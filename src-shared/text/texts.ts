import { coolingTexts } from './cooling';
import { datasetTexts } from './datasets';
import { doctorTexts } from './doctor';
import { errorTexts } from './errors';
import { eventTexts } from './events';
import { feedTexts } from './feeds';
import { importTexts } from './imports';
import { modelTexts } from './models';
import { nvidiaTexts } from './nvidia';
import { paramTexts } from './params';
import { powerTexts } from './power';
import { powerProposalTexts } from './power-proposals';
import { runTexts } from './runs';
import { selftestTexts } from './selftest';
import { secretsTexts } from './secrets';
import { studioTexts } from './studio';
import { tariffTexts } from './tariffs';
import { weatherTexts } from './weather';

/**
 * Every text that the core says, in English: for the terminal, logs and exports, and a part of the window's English
 * catalogue, which has a translation of each. Written as i18next reads it: `{{name}}` stands for a parameter, and of a
 * text that counts there are two, `…_one` and `…_other`, chosen by `count`.
 */
export const texts = {
  ...coolingTexts,
  ...datasetTexts,
  ...doctorTexts,
  ...nvidiaTexts,
  ...eventTexts,
  ...errorTexts,
  ...importTexts,
  ...modelTexts,
  ...feedTexts,
  ...paramTexts,
  ...powerTexts,
  ...powerProposalTexts,
  ...runTexts,
  ...selftestTexts,
  ...secretsTexts,
  ...studioTexts,
  ...tariffTexts,
  ...weatherTexts,
} as const;
