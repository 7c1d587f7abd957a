import { texts } from '@shared/text/texts';
import enActivity from './en/activity.json';
import enApp from './en/app.json';
import enCooling from './en/cooling.json';
import enCompare from './en/compare.json';
import enData from './en/data.json';
import enDoctor from './en/doctor.json';
import enEnergy from './en/energy.json';
import enHistory from './en/history.json';
import enImport from './en/import.json';
import enMap from './en/map.json';
import enModel from './en/model.json';
import enProcesses from './en/processes.json';
import enRoom from './en/room.json';
import enSettings from './en/settings.json';
import enSnapshot from './en/snapshot.json';
import enSources from './en/sources.json';
import enTable from './en/table.json';
import enTraining from './en/training.json';

/** The core's own, of which the English is kept where the terminal has it too. */
const messageTexts: Readonly<Record<keyof typeof texts, string>> = texts;

/** One flat catalogue; a key's first word is its place: app, ui, metric, room, run, settings, said, … */
export const en = {
  ...enActivity,
  ...enApp,
  ...enModel,
  ...enProcesses,
  ...enRoom,
  ...enTable,
  ...enTraining,
  ...enCooling,
  ...enData,
  ...enCompare,
  ...enSnapshot,
  ...enHistory,
  ...enEnergy,
  ...enSettings,
  ...enSources,
  ...enDoctor,
  ...enMap,
  ...enImport,
  ...messageTexts,
};
