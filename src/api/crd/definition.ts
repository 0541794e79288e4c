import type { z } from 'zod';

/** A rule in the Common Expression Language, asked by the API server on every write. */
export interface ValidationRule {
  readonly rule: string;
  /** What the user reads when the rule is broken. */
  readonly message: string;
}

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly jsonPath: string;
  /** Columns above 0 are shown by `-o wide` only. */
  readonly priority?: number;
  readonly description?: string;
}

/** Everything a CustomResourceDefinition says about one kind, with zod for its schemas. */
export interface KindDefinition {
  readonly group: string;
  /** The only version: served and stored, so nothing is ever converted. */
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  /** `Namespaced` by default. */
  readonly scope?: 'Namespaced' | 'Cluster';
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** One sentence, shown by `kubectl explain`. */
  readonly description: string;
  readonly spec: z.ZodType;
  readonly status: z.ZodType;
  /** Rules about the object as a whole. */
  readonly validations?: readonly ValidationRule[];
  readonly printerColumns: readonly PrinterColumn[];
  readonly scale?: {
    readonly specReplicasPath: string;
    readonly statusReplicasPath: string;
    readonly labelSelectorPath?: string;
  };
}
