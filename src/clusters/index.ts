export * from './cluster.ts';
export * from './connection.ts';
