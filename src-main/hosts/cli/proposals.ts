import type { PowerProposal } from '@shared/model/power-proposal';
import type { RpcClient } from '@shared/rpc/client';
import { english } from '@shared/text/message';
import type { CliContext } from './command';
import { formatTable, type Column } from './format';
import type { PueRequest } from './pue';
import { answered } from './sources';
import { UsageError } from './usage';

/** Prints where meters that stand nowhere may belong, or accepts one such proposal. @throws {UsageError} for one that is not made */
export async function printProposals({ dataDir, json, accept }: PueRequest, context: CliContext): Promise<number> {
  const { terminal } = context;
  const running = await context.openCore(context.paths(dataDir));
  try {
    const { client } = running;
    // Only a meter that was heard is placed: what a source told is known with the next tick.
    await answered(client);
    await ticks(client);
    const told = await client.call('powerTree.proposals', {});
    if (accept !== null) {
      await place(client, told.revision, proposalOf(told.proposals, accept));
      terminal.line(`Placed. The tree holds from now on: npm start -- pue`);
      return 0;
    }
    if (json) terminal.line(JSON.stringify(told, null, 2));
    else {
      if (told.proposals.length === 0) terminal.note('No meter without a place gives reason to propose one.');
      else for (const line of formatTable(columns, told.proposals.map(rowOf))) terminal.line(line);
      for (const { label, device, reasons } of told.proposals)
        for (const reason of reasons) terminal.note(`${label || device}: ${english(reason)}`);
      if (told.proposals.length > 0) terminal.note('To place one: pue --proposals --accept PROPOSAL');
      if (told.dismissed > 0) terminal.note(`Not shown, since they were dismissed in the window: ${told.dismissed}`);
    }
    return 0;
  } finally {
    await running.close();
  }
}

/** The state of now, and two whole ticks after it. */
function ticks(client: RpcClient): Promise<void> {
  return new Promise((done, fail) => {
    let frames = 0;
    const listening = client.subscribe(
      'powerTree.state',
      {},
      {
        onFrame() {
          frames += 1;
          if (frames < 3) return;
          listening.dispose();
          done();
        },
        onEnd: (error) => fail(error ?? new Error('the power tree ended')),
      },
    );
  });
}

const place = (client: RpcClient, revision: number, { operations }: PowerProposal): Promise<unknown> =>
  client.call('powerTree.edit', { revision, operations });

function proposalOf(proposals: readonly PowerProposal[], id: string): PowerProposal {
  const found = proposals.find((own) => own.id === id);
  if (found !== undefined) return found;
  const known = proposals.map((own) => own.id).join(', ');
  throw new UsageError(`There is no proposal "${id}". ${known === '' ? 'There is none at all.' : `There are: ${known}.`}`);
}

const columns: readonly Column[] = [{ title: 'meter' }, { title: 'place' }, { title: 'kind' }, { title: 'side' }, { title: 'proposal' }];

const rowOf = ({ id, device, label, place: there, name, kind, side }: PowerProposal): string[] => [
  label || device,
  there === null ? `${name} (new)` : name,
  kind,
  side,
  id,
];
