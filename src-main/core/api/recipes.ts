import type { recipesCommands, recipesStreams } from '@shared/contract/recipes';
import type { CommandHandlers, StreamHandlers } from '@shared/rpc/api';
import { liveValue } from './live';
import type { Services } from './services';

export function recipesApi({ recipes }: Services): Pick<CommandHandlers, keyof typeof recipesCommands> {
  return {
    'recipes.list': () => ({ recipes: [...recipes.list] }),
    'recipes.get': ({ id }) => recipes.get(id),
    'recipes.save': ({ id, recipe }) => recipes.save(id, recipe),
    'recipes.duplicate': ({ id, name }) => recipes.duplicate(id, name),
    'recipes.remove': ({ id }) => {
      recipes.remove(id);
      return {};
    },
  };
}

export function recipesStreamsApi({ recipes }: Services): Pick<StreamHandlers, keyof typeof recipesStreams> {
  return {
    'recipes.live': (_params, sink) =>
      liveValue(sink, { recipes: [...recipes.list] }, (listener) => recipes.changed.on((list) => listener({ recipes: [...list] }))),
  };
}
