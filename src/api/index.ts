export * from './object.ts';
export * from './reasons.ts';
