import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecipeBook } from '../../../../src-main/core/recipes/recipe-book';
import { shippedRecipeIds } from '@shared/model/recipes';
import { TrainingRecipe } from '@shared/studio/recipe';
import { repoRoot } from '../../../helpers/repo-root';

let dir: string;
let said: string[];
let book: RecipeBook;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'coldaisle-recipes-'));
  said = [];
  book = new RecipeBook(dir, join(repoRoot, 'resources', 'recipes'), (level, text) => void said.push(`${level} ${text}`));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const own = (): string[] => book.list.filter(({ isShipped }) => !isShipped).map(({ id }) => id);

describe('the recipes', () => {
  it('are those that come with the product, and then the person’s own by name', () => {
    expect(book.list.map(({ id }) => id)).toEqual([...shippedRecipeIds]);
    book.duplicate('mnist-mlp', 'Zebra');
    book.duplicate('mnist-cnn', 'Apple');
    expect(book.list.slice(shippedRecipeIds.length).map(({ recipe }) => recipe.name)).toEqual(['Apple', 'Zebra']);
    expect(readdirSync(dir).sort()).toEqual(['apple.json', 'zebra.json']);
    expect(said).toEqual([]);
  });

  it('are kept, changed and taken away, and tell of it', () => {
    const heard: number[] = [];
    const listening = book.changed.on((list) => void heard.push(list.length - shippedRecipeIds.length));
    const { id, recipe } = book.duplicate('mnist-mlp', '我的配方');
    expect(id).toBe('recipe');
    book.save(id, { ...recipe, epochs: 9 });
    expect(book.get(id)).toMatchObject({ isShipped: false, recipe: { epochs: 9, name: '我的配方' } });
    // The name is another one's already.
    expect(book.save(null, recipe).id).toBe('recipe-2');
    book.remove(id);
    expect(own()).toEqual(['recipe-2']);
    expect(heard).toEqual([1, 1, 2, 1]);
    listening.dispose();
  });

  it('that are shipped stay as they are, and what is not there is said', () => {
    const { recipe } = book.get('mnist-mlp');
    expect(() => book.save('mnist-mlp', recipe)).toThrow('comes with the product');
    expect(() => book.remove('mnist-mlp')).toThrow('comes with the product');
    for (const id of ['nowhere', '../mnist-mlp', '']) expect(() => book.get(id)).toThrow('There is no recipe');
  });

  it('that do not fit are refused at their place, and nothing is kept', () => {
    const { recipe } = book.get('mnist-mlp');
    expect(() => book.save('mine', TrainingRecipe.parse({ ...recipe, loss: 'mse' }))).toThrow('loss: this task is trained on one of');
    expect(own()).toEqual([]);
  });

  it('that cannot be read are left out, and the log says why', () => {
    writeFileSync(join(dir, 'half.json'), '{"v": 1, "name":');
    writeFileSync(join(dir, 'other.json'), JSON.stringify({ ...book.get('mnist-mlp').recipe, epochs: 0 }));
    expect(own()).toEqual([]);
    expect(said.some((line) => line.includes('half.json'))).toBe(true);
    expect(said.some((line) => line.includes('other.json') && line.includes('epochs'))).toBe(true);
  });
});
