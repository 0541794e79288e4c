import { existsSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';

export interface ReferenceDefinition {
  /** What it is called; where it is absent, also that nothing is checked. */
  readonly name: string;
  readonly isAbsent: boolean;
  readonly read: () => unknown;
}

/** A definition of others to be compatible with. It lies beside the project, not in it. */
export function referenceDefinition(name: string): ReferenceDefinition {
  const file = new URL(`../../../../../shared/data/crds/${name}`, import.meta.url);
  const isAbsent = !existsSync(file);
  return {
    name: isAbsent ? `${name} (ABSENT: nothing is checked)` : name,
    isAbsent,
    read: () => load(readFileSync(file, 'utf8')),
  };
}
