import type { Style } from './style.ts';

/** Between what was and what is, and before what to do next. */
export function arrow({ unicode, accessible }: Pick<Style, 'unicode' | 'accessible'>): string {
  if (accessible) return 'to';
  return unicode ? '→' : '->';
}
