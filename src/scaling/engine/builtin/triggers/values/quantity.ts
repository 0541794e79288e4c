import { longestNumber } from './number-text.ts';

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number that a Kubernetes quantity such as `100m`, `1Gi` or `1e3` stands for; undefined for anything else. */
export function parseQuantity(text: string): number | undefined {
  if (text.length > longestNumber) return undefined;
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([KMGTPE]i|[numkMGTPE]?)|[eE]([+-]?\d{1,3}))$/.exec(text);
  if (match === null) return undefined;
  const [, number = '', suffix = '', exponent] = match;
  if (exponent !== undefined) return Number(`${number}e${exponent}`);
  const factor = factors[suffix] ?? Number.NaN;
  // Dividing keeps what multiplying by a tenth would blur: 100m is 0.1.
  return factor < 1 ? Number(number) / Math.round(1 / factor) : Number(number) * factor;
}
