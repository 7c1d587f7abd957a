import { mkdirSync } from 'node:fs';
import { giveConsent, readConsent, withdrawConsent } from '../../../core/programs/consent';
import { dataOption, defineCommand } from '../command';

export interface AllowRequest {
  readonly dataDir: string | null;
  readonly action: 'allow' | 'revoke' | 'status';
}

export const allowProgramsCommand = defineCommand({
  name: 'allow-programs',
  summary: 'let the window or a browser start programs of this machine, or take that back',
  define: (cli) =>
    cli
      .option('--revoke', 'they may no longer; what is under way goes on')
      .option('--status', 'only say whether they may')
      .addOption(dataOption()),
  check: ({ data, revoke, status }): AllowRequest => ({
    dataDir: data ?? null,
    action: status === true ? 'status' : revoke === true ? 'revoke' : 'allow',
  }),
  run({ dataDir: typed, action }, { paths, terminal }) {
    const { dataDir } = paths(typed);
    if (action === 'allow') {
      mkdirSync(dataDir, { recursive: true, mode: 0o700 });
      giveConsent(dataDir, 'terminal', Date.now());
    }
    if (action === 'revoke') withdrawConsent(dataDir);
    const consent = readConsent(dataDir);
    terminal.line(
      consent === null
        ? `Pages may not start programs of this machine (${dataDir}).`
        : `Pages may start programs of this machine as you (${dataDir}), allowed ${new Date(consent.atMs).toISOString()}. To take it back: npm start -- allow-programs --revoke`,
    );
    return Promise.resolve(0);
  },
});
