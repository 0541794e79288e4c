export * from './credentials.ts';
export * from './client.ts';
export * from './clock.ts';
export * from './endpoint.ts';
export * from './errors.ts';
export * from './resource.ts';
export * from './status-error.ts';
