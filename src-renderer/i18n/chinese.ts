import zhActivity from './zh-CN/activity.json';
import zhApp from './zh-CN/app.json';
import zhCooling from './zh-CN/cooling.json';
import zhCompare from './zh-CN/compare.json';
import zhData from './zh-CN/data.json';
import zhDoctor from './zh-CN/doctor.json';
import zhEnergy from './zh-CN/energy.json';
import zhHistory from './zh-CN/history.json';
import zhImport from './zh-CN/import.json';
import zhMap from './zh-CN/map.json';
import zhModel from './zh-CN/model.json';
import zhProcesses from './zh-CN/processes.json';
import zhRoom from './zh-CN/room.json';
import zhMessages from './zh-CN/messages.json';
import zhSettings from './zh-CN/settings.json';
import zhSnapshot from './zh-CN/snapshot.json';
import zhSources from './zh-CN/sources.json';
import zhTable from './zh-CN/table.json';
import zhTraining from './zh-CN/training.json';

/** As the English catalogue, key by key; fetched where the window speaks Chinese. */
export const zhCN = {
  ...zhActivity,
  ...zhApp,
  ...zhModel,
  ...zhProcesses,
  ...zhRoom,
  ...zhTable,
  ...zhTraining,
  ...zhCooling,
  ...zhData,
  ...zhCompare,
  ...zhSnapshot,
  ...zhHistory,
  ...zhEnergy,
  ...zhSettings,
  ...zhSources,
  ...zhDoctor,
  ...zhMap,
  ...zhImport,
  ...zhMessages,
};
