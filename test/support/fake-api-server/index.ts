export type { Exchange } from './exchange.ts';
export { FakeApiServer, type FakeApiServerOptions, type Features } from './fake-api-server.ts';
export { widgets } from './fake-discovery.ts';
export type { OpenWatch } from './open-watch.ts';
