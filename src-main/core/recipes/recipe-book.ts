import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Emitter } from '@shared/base/emitter';
import { freeId } from '@shared/base/free-id';
import type { Log } from '@shared/base/log';
import { AppError } from '@shared/contract/errors';
import type { RecipeEntry } from '@shared/contract/recipes';
import { shippedRecipeIds } from '@shared/model/recipes';
import { checkRecipe } from '@shared/studio/check-recipe';
import { RecipeId, TrainingRecipe } from '@shared/studio/recipe';
import { pathText, refusedRecipe } from '@shared/studio/recipe-params';
import { message } from '@shared/text/message';
import { folderError } from '../store/file/errors';
import { firstIssue, parseJson } from '../store/file/json';

/** Beside the database: a file a recipe. */
export const RECIPES_FOLDER = 'recipes';
const ENDING = '.json';
const ID_MAX = 48;

/** @throws {AppError} `invalid-input` naming the first place of the document that does not fit the others */
export function refuseMisfits(recipe: TrainingRecipe): void {
  const [issue] = checkRecipe(recipe);
  if (issue !== undefined) throw new AppError('invalid-input', refusedRecipe(pathText(issue.at), issue.message));
}

/**
 * The recipes on the disk: those that come with the product, and a person's own, each a file. They are read when they are asked for,
 * so that a file which was put there by hand counts at once.
 */
export class RecipeBook {
  readonly changed: Emitter<readonly RecipeEntry[]>;

  /** @param shippedDir read only */
  constructor(
    private readonly dir: string,
    private readonly shippedDir: string,
    private readonly log: Log,
  ) {
    this.changed = new Emitter((error) => log('error', `a listener of the recipes failed: ${String(error)}`));
  }

  /** Shipped ones in their order, then own ones by name. */
  get list(): readonly RecipeEntry[] {
    const shipped = shippedRecipeIds.flatMap((id) => this.read(this.shippedDir, id, true) ?? []);
    const own = idsIn(this.dir)
      .filter((id) => !isShipped(id))
      .flatMap((id) => this.read(this.dir, id, false) ?? []);
    return [...shipped, ...own.sort((a, b) => a.recipe.name.localeCompare(b.recipe.name, 'en'))];
  }

  /** @throws {AppError} `not-found` */
  get(id: string): RecipeEntry {
    const found = RecipeId.safeParse(id).success ? this.read(isShipped(id) ? this.shippedDir : this.dir, id, isShipped(id)) : null;
    if (found === null) throw new AppError('not-found', message('message.recipe.none', { recipe: id }));
    return found;
  }

  /** @param id null = one made of its name @throws {AppError} `conflict`, `invalid-input`, `storage-…` */
  save(id: string | null, recipe: TrainingRecipe): RecipeEntry {
    if (id !== null) this.refuseShipped(id);
    refuseMisfits(recipe);
    const kept = id ?? this.freeId(recipe.name);
    const path = this.pathOf(kept);
    try {
      mkdirSync(this.dir, { recursive: true, mode: 0o700 });
      writeFileSync(`${path}.new`, `${JSON.stringify(recipe, null, 2)}\n`, { mode: 0o600, flush: true });
      renameSync(`${path}.new`, path);
    } catch (error) {
      throw folderError(error, path);
    }
    this.changed.emit(this.list);
    return this.get(kept);
  }

  /** @throws {AppError} `not-found`, `storage-…` */
  duplicate(id: string, name: string): RecipeEntry {
    return this.save(null, { ...this.get(id).recipe, name });
  }

  /** @throws {AppError} `not-found`, `conflict`, `storage-…` */
  remove(id: string): void {
    this.refuseShipped(id);
    this.get(id);
    try {
      rmSync(this.pathOf(id));
    } catch (error) {
      throw folderError(error, this.pathOf(id));
    }
    this.changed.emit(this.list);
  }

  private pathOf(id: string): string {
    return join(this.dir, `${id}${ENDING}`);
  }

  private refuseShipped(id: string): void {
    if (isShipped(id)) throw new AppError('conflict', message('message.recipe.shipped', { recipe: id }));
  }

  private freeId(name: string): string {
    return freeId(name, ID_MAX, 'recipe', (id) => isShipped(id) || existsSync(this.pathOf(id)));
  }

  private read(dir: string, id: string, shipped: boolean): RecipeEntry | null {
    const path = join(dir, `${id}${ENDING}`);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      return null;
    }
    const read = TrainingRecipe.safeParse(parseJson(text));
    if (read.success) return { id, isShipped: shipped, recipe: read.data };
    this.log('warn', `the recipe in ${path} cannot be read and is left out: ${firstIssue(read.error)}`);
    return null;
  }
}

const isShipped = (id: string): boolean => shippedRecipeIds.some((shipped) => shipped === id);

function idsIn(dir: string): string[] {
  try {
    return readdirSync(dir).flatMap((name) => {
      const id = name.slice(0, -ENDING.length);
      return name.endsWith(ENDING) && RecipeId.safeParse(id).success ? [id] : [];
    });
  } catch {
    return [];
  }
}
