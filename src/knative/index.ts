export { eventing, type Installation, type KnativeComponent, serving } from './component.ts';
export { installNamespace, type SpokeNamespaceRule } from './install-namespace.ts';
export { KnativeController, type KnativeControllerOptions } from './knative-controller.ts';
export * from './manifests/index.ts';
export type { KnativeServices } from './pass.ts';
export { Renderer, type RenderedSet } from './renderer.ts';
export { deliveryOwner } from './stages/deliver-set.ts';
export * from './transforms/index.ts';
export * from './versions/index.ts';
