/** Folders that hold programs and no results. */
const passedFolders: ReadonlySet<string> = new Set(['node_modules', 'site-packages', '__pycache__', 'venv', 'env']);

/** Whether what lies in a folder of this name is no result of a program: what is hidden is a cache, a repository or a setting. */
export const isPassedFolder = (name: string): boolean => name.startsWith('.') || passedFolders.has(name);
