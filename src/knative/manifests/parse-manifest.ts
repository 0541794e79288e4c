import { isRecord, type KubeObject } from '../../api/index.ts';
import { checkDefinition } from './check-definition.ts';
import { checkIntegers } from './check-integers.ts';
import { ManifestError } from './manifest-error.ts';
import { documentLimits, readYaml, UnreadableYaml } from './read-yaml.ts';

/** Objects in the order of their files; frozen to the last leaf, because every installation of a version shares them. */
export type Manifest = readonly KubeObject[];

/**
 * Reads a file of YAML or JSON documents, each empty or a Kubernetes object; a List is taken apart. Throws a
 * ManifestError that names file and document, counted from 1, and quotes nothing of the text but names.
 */
export function parseManifest(text: string, file: string): Manifest {
  return splitDocuments(text).flatMap((document, index) => {
    const where = `document ${index + 1} of '${file}'`;
    const objects = objectsIn(parseDocument(document, where), where);
    for (const object of objects) {
      checkDefinition(object, where);
      checkIntegers(object, document, where);
    }
    // Parts of a text hold all of it, megabytes in a release; a copy does not.
    return structuredClone(objects).map(freeze);
  });
}

/**
 * One load for each document takes half the time of one for the file. A marker in the first column ends a document
 * even inside a block scalar (YAML 1.2.2, 9.1.2), so no document is cut in two.
 */
function splitDocuments(text: string): readonly string[] {
  return text.split(/^---(?=\s|$).*$/m);
}

function parseDocument(text: string, where: string): unknown {
  if (isBlank(text)) return null;
  try {
    return readYaml(text, documentLimits);
  } catch (error) {
    if (!(error instanceof UnreadableYaml)) throw error;
    throw new ManifestError(`cannot read ${where} as YAML: ${error.message}`);
  }
}

/** Nothing but comments, and directives, which stand before the marker and so form a document of their own here. */
function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^(?:%|\s*#|\s*$)/.test(line));
}

function objectsIn(value: unknown, where: string): readonly KubeObject[] {
  if (value === null || (isRecord(value) && Object.keys(value).length === 0)) return [];
  if (!isRecord(value) || typeof value['apiVersion'] !== 'string' || typeof value['kind'] !== 'string') {
    throw new ManifestError(`${where} is not a Kubernetes object: it must have apiVersion and kind`);
  }
  if (value['kind'].endsWith('List') && Array.isArray(value['items'])) {
    return value['items'].flatMap((item, index) => objectsIn(item, `item ${index + 1} in ${where}`));
  }
  const metadata = value['metadata'];
  const { name, generateName } = isRecord(metadata) ? metadata : {};
  if (typeof name !== 'string' && typeof generateName !== 'string') {
    throw new ManifestError(`the ${value['kind']} in ${where} has no name: set metadata.name`);
  }
  return [value as unknown as KubeObject];
}

/** Aliases make YAML a graph; a node that is frozen already needs no second visit. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const child of Object.values(value)) freeze(child);
  return value;
}
