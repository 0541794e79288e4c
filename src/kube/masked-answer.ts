import { isRecord } from '../api/index.ts';
import { pathLength } from './leading-path.ts';

export type Mask = (text: string) => string;
type Fields = Readonly<Record<string, unknown>>;

/**
 * A parsed answer with every text in it masked, but for the words of a metav1.Status that programs read: its reasons, and
 * the name, kind and fields of the object that was sent.
 */
export function maskedAnswer(answer: Fields, sent: unknown, mask: Mask): Fields {
  const shown = maskedFields(answer, mask);
  const { kind, reason, code, details } = answer;
  if (kind !== 'Status') return shown;
  return {
    ...shown,
    kind,
    ...(isOneOf(statusReasons, reason) ? { reason } : {}),
    ...(typeof code === 'number' ? { code } : {}),
    ...(isRecord(details) ? { details: maskedDetails(details, sent, mask) } : {}),
  };
}

function maskedDetails(details: Fields, sent: unknown, mask: Mask): Fields {
  const { name, kind, causes } = details;
  const object = isRecord(sent) ? sent : {};
  const metadata = isRecord(object['metadata']) ? object['metadata'] : {};
  return {
    ...maskedFields(details, mask),
    ...(name !== undefined && name === metadata['name'] ? { name } : {}),
    ...(kind !== undefined && kind === object['kind'] ? { kind } : {}),
    ...(Array.isArray(causes)
      ? { causes: causes.map((cause: unknown) => maskedCause(cause, sent, mask)) }
      : {}),
  };
}

function maskedCause(cause: unknown, sent: unknown, mask: Mask): unknown {
  if (!isRecord(cause)) return maskedValue(cause, mask);
  const { reason, field, message } = cause;
  const isField = typeof field === 'string' && field !== '' && pathLength(field, sent) === field.length;
  return {
    ...maskedFields(cause, mask),
    ...(isOneOf(causeReasons, reason) ? { reason } : {}),
    ...(isField ? { field } : {}),
    ...(reason === 'FieldManagerConflict' && isConflict(message) ? { message } : {}),
  };
}

/** It names programs and a time, and quotes no value. */
function isConflict(message: unknown): boolean {
  const pattern =
    /^conflict with "[^"\\]*"(?: with subresource "\w*")?(?: using [\w./-]+(?: at [\d:TZ-]+)?)?$/;
  return typeof message === 'string' && pattern.test(message);
}

function maskedFields(fields: Fields, mask: Mask): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      statusKeys.has(key) ? key : mask(key),
      maskedValue(value, mask),
    ]),
  );
}

function maskedValue(value: unknown, mask: Mask): unknown {
  if (typeof value === 'string') return mask(value);
  if (typeof value === 'number') return mask(String(value)) === String(value) ? value : mask(String(value));
  if (Array.isArray(value)) return value.map((item) => maskedValue(item, mask));
  return isRecord(value) ? maskedFields(value, mask) : value;
}

function isOneOf(known: ReadonlySet<string>, value: unknown): boolean {
  return typeof value === 'string' && known.has(value);
}

const statusKeys = words(
  'apiVersion kind metadata status message reason details code name group uid causes field retryAfterSeconds',
);

/** metav1.StatusReason. */
const statusReasons = words(
  'Unauthorized Forbidden NotFound AlreadyExists Conflict Gone Invalid ServerTimeout StoreReadError Timeout',
  'TooManyRequests BadRequest MethodNotAllowed NotAcceptable RequestEntityTooLarge UnsupportedMediaType',
  'InternalError Expired ServiceUnavailable',
);

/** metav1.CauseType, and the types of field errors. */
const causeReasons = words(
  'FieldValueNotFound FieldValueRequired FieldValueDuplicate FieldValueInvalid FieldValueNotSupported',
  'FieldValueForbidden FieldValueTooLong FieldValueTooMany FieldValueTypeInvalid InternalError',
  'UnexpectedServerResponse FieldManagerConflict ResourceVersionTooLarge',
);

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.join(' ').split(' '));
}
