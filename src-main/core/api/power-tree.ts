import type { powerTreeCommands, powerTreeStreams } from '@shared/contract/power-tree';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { treeOver } from '../power/tree-over';
import { abortSignal } from './abort-signal';
import { liveValue } from './live';
import type { Services } from './services';

export function powerTreeApi({
  powerTree,
  powerFits,
  powerProposals,
  reader,
}: Services): Pick<CommandHandlers, keyof typeof powerTreeCommands> {
  return {
    'powerTree.get': () => powerTree.current,
    'powerTree.edit': ({ revision, operations, holds }) => powerTree.edit(revision, operations, holds),
    'powerTree.over': (range, cancellation) => treeOver(range, Date.now(), { reader, powerTree, powerFits }, abortSignal(cancellation)),
    'powerTree.refit': () => powerFits.refit(),
    'powerTree.proposals': (_params, cancellation) => powerProposals.find(abortSignal(cancellation)),
    'powerTree.dismiss': ({ id }) => {
      powerProposals.dismiss(id);
      return {};
    },
  };
}

export function powerTreeStreamsApi({ powerTree, powerFits, roomPower }: Services): Pick<StreamHandlers, keyof typeof powerTreeStreams> {
  return {
    'powerTree.live': (_params, sink) => liveValue(sink, powerTree.current, (listener) => powerTree.onChange(listener)),
    'powerTree.state': (_params, sink) =>
      liveValue(sink, roomPower.treeState, (listener) => roomPower.onPoint(({ tree }) => listener(tree))),
    'powerTree.fits': (_params, sink) => liveValue(sink, powerFits.current, (listener) => powerFits.onChange(listener)),
  };
}
