import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml';
import { yamlReason } from '../../kube/index.ts';

/** Why a text cannot be used as YAML; quotes nothing of it. */
export class UnreadableYaml extends Error {
  override readonly name = 'UnreadableYaml';
}

/** What a document may take that repeats parts of itself. */
export interface YamlLimits {
  readonly values: number;
  /** In keys and texts. */
  readonly characters: number;
}

/** The largest document of a release, a CRD, has some 10,000 values and half a million characters. */
export const documentLimits: YamlLimits = { values: 1_000_000, characters: 10_000_000 };

/** A ConfigMap holds a mebibyte, and settings are written again as often as they are rendered. */
export const settingLimits: YamlLimits = { values: 10_000, characters: 2 ** 20 };

/**
 * The value of one YAML or JSON document. Scalars follow YAML 1.2. Merge keys (`<<`) are understood, and of two equal
 * keys the last counts: releases have both. Whatever comes back can be copied, written and compared without harm.
 * Throws UnreadableYaml.
 */
export function readYaml(text: string, limits: YamlLimits): unknown {
  const value = loadDocument(text);
  if (!text.includes('&')) return value;
  const { values, characters, levels } = extentOf(value, new Map(), mostLevels);
  const isSmall = values <= limits.values && characters <= Math.max(limits.characters, text.length);
  if (isSmall && levels <= mostLevels) return value;
  throw new UnreadableYaml(
    `it is too large: its aliases stand for more than ${limits.values} values, ${limits.characters} characters or ${mostLevels} levels`,
  );
}

const schema = CORE_SCHEMA.withTags(mergeTag);

function loadDocument(text: string): unknown {
  try {
    return load(text, { schema, json: true, maxDepth: mostLevels });
  } catch (error) {
    throw new UnreadableYaml(describe(error));
  }
}

function describe(error: unknown): string {
  if (!(error instanceof YAMLException)) return 'it is nested too deeply';
  const line = error.mark === undefined ? '' : ` in line ${error.mark.line + 1} of the document`;
  return `${yamlReason(error)}${line}`;
}

/** CRDs have some 30. */
const mostLevels = 100;

/** What a value takes once nothing of it is shared. */
interface Extent {
  readonly values: number;
  /** In keys and texts. */
  readonly characters: number;
  readonly levels: number;
}

const endless: Extent = { values: Infinity, characters: Infinity, levels: Infinity };

/**
 * Aliases share nodes in memory, but not in the JSON that goes to a cluster: a few lines can stand for gigabytes, or,
 * where a node contains itself, for something without end. `room` is how many levels may follow.
 */
function extentOf(value: unknown, known: Map<object, Extent>, room: number): Extent {
  if (typeof value !== 'object' || value === null) {
    return { values: 1, characters: typeof value === 'string' ? value.length : 0, levels: 0 };
  }
  const before = known.get(value);
  if (before !== undefined) return before;
  if (room === 0) return endless;
  known.set(value, endless);
  const extent = { values: 1, characters: 0, levels: 0 };
  for (const [key, child] of Object.entries(value)) {
    const { values, characters, levels } = extentOf(child, known, room - 1);
    extent.values += values;
    extent.characters += key.length + characters;
    extent.levels = Math.max(extent.levels, levels + 1);
  }
  known.set(value, extent);
  return extent;
}
