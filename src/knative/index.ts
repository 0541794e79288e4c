export { eventing, type KnativeComponent, serving } from './component.ts';
export { KnativeController, type KnativeControllerOptions } from './knative-controller.ts';
export * from './manifests/index.ts';
export type { KnativeServices } from './pass.ts';
export { Renderer, type RenderedSet } from './renderer.ts';
export * from './transforms/index.ts';
export * from './versions/index.ts';
