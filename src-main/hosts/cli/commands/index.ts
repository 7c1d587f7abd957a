import type { CliCommand } from '../command';
import { adoptCommand } from './adopt';
import { allowProgramsCommand } from './allow-programs';
import { backupCommand } from './backup';
import { billCommand } from './bill';
import { coolingCommand } from './cooling';
import { curvesCommand } from './curves';
import { dataCommand } from './data';
import { doctorCommand } from './doctor';
import { engineCommand } from './engine';
import { epwCommand } from './epw';
import { estimateCommand } from './estimate';
import { exportCommand } from './export';
import { feedCommand } from './feed';
import { helpCommand } from './help';
import { importCommand } from './import';
import { importRunCommand } from './import-run';
import { logsCommand } from './logs';
import { predictCommand } from './predict';
import { processesCommand } from './processes';
import { pueCommand } from './pue';
import { readCommand } from './read';
import { rerunCommand } from './rerun';
import { restoreCommand } from './restore';
import { resumeCommand } from './resume';
import { runCommand } from './run';
import { runsCommand } from './runs';
import { secretsCommand } from './secrets';
import { selftestCommand } from './selftest';
import { serveCommand } from './serve';
import { serveModelCommand } from './serve-model';
import { sourcesCommand } from './sources';
import { trainCommand } from './train';
import { versionCommand } from './version';

/** Every command of the terminal, in the order of --help. */
export const commands: readonly CliCommand[] = [
  serveCommand,
  trainCommand,
  serveModelCommand,
  predictCommand,
  runCommand,
  rerunCommand,
  resumeCommand,
  adoptCommand,
  allowProgramsCommand,
  runsCommand,
  logsCommand,
  processesCommand,
  coolingCommand,
  epwCommand,
  curvesCommand,
  dataCommand,
  doctorCommand,
  pueCommand,
  estimateCommand,
  billCommand,
  selftestCommand,
  sourcesCommand,
  feedCommand,
  secretsCommand,
  engineCommand,
  importCommand,
  importRunCommand,
  readCommand,
  exportCommand,
  backupCommand,
  restoreCommand,
  helpCommand,
  versionCommand,
];
