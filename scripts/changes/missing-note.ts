/** What users notice. */
const noticed = /^(?:src|plugins|charts|crds)\/|^Dockerfile$/;
/** But not what is there for tests alone. */
const unnoticed = /\.(?:test|fixture)\.ts$|\/(?:testing|testdata|golden)\//;

/** The lines of `git diff --name-status`. */
export interface FileChange {
  /** A for added. */
  readonly status: string;
  readonly path: string;
}

export function parseNameStatus(text: string): readonly FileChange[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [status = '', ...paths] = line.split('\t');
      // A file that was moved has its new path last.
      return { status: status[0] ?? '', path: paths.at(-1) ?? '' };
    });
}

/** Files that need a note of their change, where none was added. */
export function withoutNote(files: readonly FileChange[]): readonly string[] {
  if (files.some(({ status, path }) => status !== 'D' && isNote(path))) return [];
  return files.map(({ path }) => path).filter((path) => noticed.test(path) && !unnoticed.test(path));
}

export function isNote(path: string): boolean {
  return /^changes\/[^/]+\.md$/.test(path) && path !== 'changes/README.md';
}
