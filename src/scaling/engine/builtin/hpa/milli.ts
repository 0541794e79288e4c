/** Thousandths as a 64-bit integer: what a HorizontalPodAutoscaler calculates external metrics in. */
export type Milli = bigint;

const most = 2n ** 63n - 1n;

/**
 * Thousandths of a number, the rest cut off; at the end of 64 bits it stays there. Numbers below zero and those that are
 * none count as zero, as KEDA answers for them.
 */
export function milliOf(value: number): Milli {
  if (!(value > 0)) return 0n;
  const milli = value * 1_000;
  return milli >= Number(most) ? most : BigInt(Math.trunc(milli));
}

/** Saturates instead of going around. */
export function sumOfMilli(values: readonly Milli[]): Milli {
  const sum = values.reduce((total, value) => total + value, 0n);
  return sum > most ? most : sum;
}
