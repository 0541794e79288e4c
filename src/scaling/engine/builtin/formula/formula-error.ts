/** A formula that cannot be read or worked out. The message quotes the place and says what is understood. */
export class FormulaError extends Error {
  override readonly name = 'FormulaError';
}
