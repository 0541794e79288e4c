/** Another replica of the operator has the object: nothing more is written here, and the loop ends. */
export class NotOwned extends Error {
  override readonly name = 'NotOwned';
}
