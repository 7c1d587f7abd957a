import { expect, it } from 'vitest';
import { CommitOnce } from '../../../../src-renderer/forms/commit-once';

it('sends a text once while it is under way, another one beside it, and the first again once it is done', async () => {
  const sent: string[] = [];
  const done: (() => void)[] = [];
  const once = new CommitOnce();
  const commit = (text: string): Promise<void> =>
    once.commit(text, () => {
      sent.push(text);
      return new Promise((resolve) => done.push(resolve));
    });
  const first = commit('14');
  // Leaving the field after Enter.
  await commit('14');
  expect(sent).toEqual(['14']);
  const second = commit('15');
  expect(sent).toEqual(['14', '15']);
  for (const finish of done) finish();
  await Promise.all([first, second]);
  void commit('14');
  expect(sent).toEqual(['14', '15', '14']);
});

it('takes a text again after it failed', async () => {
  const once = new CommitOnce();
  await expect(once.commit('x', () => Promise.reject(new Error('full')))).rejects.toThrow('full');
  let isSent = false;
  await once.commit('x', async () => {
    isSent = true;
  });
  expect(isSent).toBe(true);
});
