import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isVariable } from '@shared/model/dataset';
import { Catalogue } from '../../../../src-main/core/datasets/catalogue';
import { packed, lengthsFile, valuesFile } from '../../../../src-main/dataset-files/layout';
import { repoRoot } from '../../../helpers/repo-root';

const folder = join(repoRoot, 'resources', 'datasets');
const catalogue = new Catalogue(join(repoRoot, 'no-such-folder'), folder, (_level, text) => {
  throw new Error(text);
});

describe('the data sets that come with the product', () => {
  it('are these', () => {
    expect(
      catalogue.list
        .map(({ id, isShipped, versions }) => [id, isShipped, versions[0]?.rows, versions[0]?.kind, versions[0]?.target])
        .sort(),
    ).toEqual([
      ['breast-cancer', true, 569, 'table', 'diagnosis'],
      ['fashion-7k', true, 7000, 'images', 'label'],
      ['mnist-10k', true, 10000, 'images', 'label'],
      ['moby-dick', true, 1, 'text', null],
      ['weather-us', true, 2922, 'table', null],
      ['wordnet-topics', true, 10000, 'table', 'topic'],
    ]);
  });

  it.each(catalogue.list.map(({ id }) => id))(
    '%s has the values of its hashes, a licence, an origin and its place in the notice',
    async (id) => {
      const { licence, origin } = catalogue.get(id);
      expect(licence).not.toBe('');
      expect(origin).not.toBe('');
      expect(readFileSync(join(folder, 'NOTICE.md'), 'utf8')).toContain(`\`${id}\``);
      const stored = await catalogue.open(id, 1);
      const hashOf = (name: string): Buffer =>
        createHash('sha256')
          .update(gunzipSync(readFileSync(join(stored.folder, packed(name)))))
          .digest();
      for (const [place, { type, sha256 }] of stored.version.columns.entries()) {
        const values = hashOf(valuesFile(place));
        const own = isVariable(type)
          ? createHash('sha256')
              .update(hashOf(lengthsFile(place)))
              .update(values)
              .digest()
          : values;
        expect(own.toString('hex')).toBe(sha256);
      }
    },
  );

  it('can be read, and neither changed nor removed', async () => {
    const cancer = await catalogue.open('breast-cancer', null);
    const diagnosis = await cancer.read('diagnosis');
    // As the repository tells: 212 malignant, 357 benign.
    expect(diagnosis.type === 'category' && [0, 1].map((code) => diagnosis.codes.filter((own) => own === code).length)).toEqual([357, 212]);
    const fashion = await catalogue.open('fashion-7k', null);
    expect(fashion.version.parts).toEqual({ train: 6000, validation: 0, test: 1000 });
    expect(await fashion.read('image', 6999, 1)).toMatchObject({ type: 'image', shape: [28, 28, 1] });
    const moby = await (await catalogue.open('moby-dick', null)).read('text');
    expect(moby.type === 'text' && moby.values[0]?.slice(0, 2_000)).toContain('Call me Ishmael');
    expect(() => catalogue.remove('moby-dick', null)).toThrow('comes with Coldaisle');
  });
});
