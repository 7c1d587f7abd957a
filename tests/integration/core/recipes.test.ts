import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChildLauncher } from '../../../src-main/hosts/child-launcher';
import { fakeTrainer } from '../../helpers/fake-trainer';
import { startTestCore, type TestCore, type TestPage } from '../../helpers/test-core';

let room: TestCore;
let client: TestPage['client'];
beforeAll(async () => {
  room = await startTestCore({ scenario: 'workstation', launcher: createChildLauncher({ program: fakeTrainer('patient') }) });
  ({ client } = room.open());
});
afterAll(() => room.close());

describe('recipes over the contract', () => {
  it('are told as they change, kept as files, and trained by their own numbers', async () => {
    const heard: string[][] = [];
    const listening = client.subscribe('recipes.live', {}, { onFrame: ({ recipes }) => void heard.push(recipes.map(({ id }) => id)) });
    const { id, recipe } = await client.call('recipes.duplicate', { id: 'breast-cancer', name: 'Mine' });
    expect(id).toBe('mine');
    await client.call('recipes.save', { id, recipe: { ...recipe, epochs: 7 } });
    const { runId } = await client.call('runs.start', { recipe: id, engine: 'wasm', params: { batchSize: 16 } });
    const run = await client.call('runs.get', { runId });
    expect(run).toMatchObject({ kind: 'recipe', recipe: 'mine', params: { epochs: 7, batchSize: 16, seed: 42 } });
    await client.call('runs.stop', { runId });
    await client.call('recipes.remove', { id });
    await expect(client.call('runs.start', { recipe: id, engine: 'wasm', params: {} })).rejects.toMatchObject({ code: 'not-found' });
    await expect.poll(() => heard.at(-1)?.includes('mine')).toBe(false);
    expect(heard.some((ids) => ids.at(-1) === 'mine')).toBe(true);
    listening.dispose();
  });

  it('that do not fit their data or themselves are refused before anything is started', async () => {
    const { recipe } = await client.call('recipes.get', { id: 'mnist-mlp' });
    const start = (document: typeof recipe, params = {}): Promise<unknown> =>
      client.call('runs.start', { recipe: 'trial', document, engine: 'wasm', params });
    await expect(start({ ...recipe, loss: 'huber' })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(start({ ...recipe, data: { dataset: 'nowhere', version: null } })).rejects.toMatchObject({ code: 'not-found' });
    await expect(start(recipe, { filters: 3 })).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(client.call('recipes.save', { id: 'mnist-mlp', recipe })).rejects.toMatchObject({ code: 'conflict' });
    expect((await client.call('runs.list', {})).rows.filter((row) => row.recipe === 'trial')).toEqual([]);
  });

  it('of a run that left no checkpoint cannot go on', async () => {
    const { runId } = await client.call('runs.start', { recipe: 'mnist-mlp', engine: 'wasm', params: {} });
    await expect(client.call('runs.resume', { runId, engine: null })).rejects.toMatchObject({ code: 'conflict' });
    await client.call('runs.stop', { runId });
    await expect.poll(async () => (await client.call('runs.get', { runId })).status, { timeout: 60_000 }).toBe('stopped');
    await expect(client.call('runs.resume', { runId, engine: null })).rejects.toMatchObject({ code: 'conflict' });
  });
});
