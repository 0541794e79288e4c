import * as z from 'zod';
import { lenient } from './lenient.ts';

/** Conditions in the status of an object that is not ours. */
export const seenConditions = lenient(
  z.array(
    z.object({
      type: z.string(),
      status: z.enum(['True', 'False', 'Unknown']),
      reason: lenient(z.string()),
      message: lenient(z.string()),
    }),
  ),
);
