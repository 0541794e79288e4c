export * from './client.ts';
export * from './clock.ts';
export * from './errors.ts';
export * from './resource.ts';
export * from './status-error.ts';
