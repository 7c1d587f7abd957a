import type { SecretKeeping } from '@shared/model/secret';
import { message, type Message } from '@shared/text/message';
import type { KeeperState } from './cipher';

/** The first that is ready is the one that is used; those before it were to be better. */
export function keepingOf(keepers: readonly KeeperState[]): SecretKeeping {
  const missed: Extract<KeeperState, { isReady: false }>[] = [];
  for (const keeper of keepers) {
    if (!keeper.isReady) {
      missed.push(keeper);
      continue;
    }
    const [better] = missed;
    if (!better) return { state: keeper.caution === null ? 'works' : 'partial', detail: keeper.detail, repair: keeper.caution };
    const detail = message('message.secrets.notBySystem', { keeper: keeper.detail, why: better.why });
    return { state: 'partial', detail, repair: keeper.caution ?? better.repair };
  }
  const last = missed.at(-1);
  const why: Message = last?.why ?? '';
  return { state: 'failing', detail: message('message.secrets.noKeeper', { why }), repair: last?.repair ?? null };
}
