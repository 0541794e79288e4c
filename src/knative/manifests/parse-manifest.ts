import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml';
import type { KubeObject } from '../../api/index.ts';
import { yamlReason } from '../../kube/index.ts';
import { ManifestError } from './manifest-error.ts';

/** Objects in the order of their files; frozen to the last leaf, because every installation of a version shares them. */
export type Manifest = readonly KubeObject[];

/**
 * Reads a file of YAML or JSON documents, each empty or a Kubernetes object; a List is taken apart. Scalars follow
 * YAML 1.2. Merge keys (`<<`) are understood, and of two equal keys the last counts: releases have both.
 * Throws a ManifestError that names file and document, counted from 1, and quotes nothing of the text.
 */
export function parseManifest(text: string, file: string): Manifest {
  return splitDocuments(text).flatMap((document, index) => {
    const where = `document ${index + 1} of '${file}'`;
    return objectsIn(parseDocument(document, where), where).map(freeze);
  });
}

const schema = CORE_SCHEMA.withTags(mergeTag);

/**
 * One load for each document takes half the time of one for the file. A marker in the first column ends a document
 * even inside a block scalar (YAML 1.2.2, 9.1.2), so no document is cut in two.
 */
function splitDocuments(text: string): readonly string[] {
  return text.split(/^---(?=\s|$).*$/m);
}

function parseDocument(text: string, where: string): unknown {
  if (isBlank(text)) return null;
  const value = loadDocument(text, where);
  if (text.includes('&') && expandedSize(value, new Map()) > mostNodes) {
    throw new ManifestError(`${where} is too large: its aliases stand for more than ${mostNodes} values`);
  }
  return value;
}

function loadDocument(text: string, where: string): unknown {
  try {
    return load(text, { schema, json: true });
  } catch (error) {
    throw new ManifestError(`cannot read ${where} as YAML: ${describeYamlError(error)}`);
  }
}

/** The largest release document, a CRD, has some 10,000 values. */
const mostNodes = 1_000_000;

/**
 * Aliases share nodes in memory, but not in the JSON that goes to a cluster: a few lines can stand for gigabytes, or,
 * where a node contains itself, for something without end.
 */
function expandedSize(value: unknown, known: Map<object, number>): number {
  if (typeof value !== 'object' || value === null) return 1;
  const before = known.get(value);
  if (before !== undefined) return before;
  known.set(value, Infinity);
  const size = Object.values(value).reduce<number>((sum, child) => sum + expandedSize(child, known), 1);
  known.set(value, size);
  return size;
}

/** Nothing but comments, and directives, which stand before the marker and so form a document of their own here. */
function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^(?:%|\s*#|\s*$)/.test(line));
}

function describeYamlError(error: unknown): string {
  if (!(error instanceof YAMLException)) return 'it is nested too deeply';
  const line = error.mark === undefined ? '' : ` in line ${error.mark.line + 1} of the document`;
  return `${yamlReason(error)}${line}`;
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
