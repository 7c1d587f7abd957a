import { basename } from 'node:path';

const NAMES_MAX = 2_000;

/** Of which file of a run a name is: what another file tells under the same name is another curve, and called by that file. */
export class NameOwners {
  private readonly owners = new Map<string, string>();

  nameFor(name: string, path: string): string {
    const owner = this.owners.get(name);
    if (owner === undefined && this.owners.size < NAMES_MAX) this.owners.set(name, path);
    return owner === undefined || owner === path ? name : `${basename(path).replace(/\.[^.]*$/, '')}/${name}`;
  }
}
