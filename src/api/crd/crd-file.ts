import { dump } from 'js-yaml';
import { customResourceDefinition } from './custom-resource-definition.ts';
import type { KindDefinition } from './definition.ts';

/** A file of the folder `crds`. */
export interface CrdFile {
  /** `<group>_<plural>.yaml`. */
  readonly name: string;
  readonly text: string;
}

/** The CustomResourceDefinition of a kind as a file, byte for byte the same for the same definition. */
export function crdFile(definition: KindDefinition): CrdFile {
  const yaml = dump(customResourceDefinition(definition), { noRefs: true, lineWidth: -1 });
  return {
    name: `${definition.group}_${definition.plural}.yaml`,
    text: `# Generated from src/api by \`npm run crds\`; changes here are lost.\n---\n${yaml}`,
  };
}
