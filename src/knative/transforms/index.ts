export type { ScopeLookup } from './cluster-scoped-kinds.ts';
export type { Finding, FindingReason } from './finding.ts';
export { hashObjects } from './hash-objects.ts';
export { withNamespaceMetadata } from './namespace.ts';
export { pingAdapterFields } from './ping-adapter.ts';
export { type Rendered, renderEventing, type RenderInput, renderServing } from './render.ts';
export { TransformError } from './transform-error.ts';
