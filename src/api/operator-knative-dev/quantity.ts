import { z } from 'zod';

/** A count or a percentage, for example `1` or `20%`. The API server stores whichever was written. */
export const intOrString = z
  .union([z.int(), z.string()], { error: 'must be an integer or a string' })
  .meta({ 'x-kubernetes-int-or-string': true });

/** resource.Quantity of apimachinery: decimal number, then a binary or decimal suffix or an exponent. */
const quantityPattern =
  /^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$/;

const quantityError = 'must be a quantity such as 500m, 2 or 1.5Gi';

/** An amount of a resource, kept as the user spelled it: `1`, `500m`, `1.5Gi`, `1e3`. */
export const quantity = z
  .union([z.int(), z.string().regex(quantityPattern, { error: quantityError })], { error: quantityError })
  .meta({ 'x-kubernetes-int-or-string': true, pattern: quantityPattern.source });
