export * from './interned.ts';
export * from './is-record.ts';
export * from './object.ts';
export * from './operator-knative-dev/index.ts';
export * from './reasons.ts';
