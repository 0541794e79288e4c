import { AccessError } from '../../clusters/index.ts';

/** What went wrong at first, without the names of the tasks that failed because of it. */
export function firstCause(error: AccessError): AccessError {
  return error.cause instanceof AccessError ? firstCause(error.cause) : error;
}
