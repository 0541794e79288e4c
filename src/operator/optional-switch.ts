import * as z from 'zod';

/** A flag that is `true`, `false` or not given. */
export const optionalSwitch = z
  .enum(['true', 'false'], "must be 'true' or 'false'")
  .optional()
  .transform((text) => (text === undefined ? undefined : text === 'true'));
