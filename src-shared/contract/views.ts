import { z } from 'zod';
import { SavedView, ViewName, ViewState } from '../model/saved-view';
import { command, nothing, stream } from './define';

const id = z.number().int().positive();
const Views = z.object({ views: z.array(SavedView) });

export const viewsCommands = {
  /** By name. */
  'views.list': command(nothing, Views),
  /**
   * Keeps a view: a new one by a name that none has, or with an id what that one shows from now on. Fails with `conflict` for
   * a name that is taken, `not-found` for an id that is not there (any more).
   */
  'views.save': command(z.union([z.object({ name: ViewName, view: ViewState }), z.object({ id, view: ViewState })]), SavedView),
  /** Fails as `views.save` does. */
  'views.rename': command(z.object({ id, name: ViewName }), SavedView),
  'views.remove': command(z.object({ id }), nothing),
} as const;

export const viewsStreams = {
  /** All at once, and all again whenever one of them changed. */
  'views.live': stream(nothing, Views),
} as const;
