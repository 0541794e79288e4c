import type * as z from 'zod';

/** What is not as it must be counts as absent: one odd object must not hide the others. */
export const lenient = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
