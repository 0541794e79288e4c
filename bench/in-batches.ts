/** Does the work for all items, so many at once. Rejects with the first that fails; batches after it are not begun. */
export async function inBatches<T>(
  items: readonly T[],
  size: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  for (let begun = 0; begun < items.length; begun += size)
    await Promise.all(items.slice(begun, begun + size).map((item, offset) => work(item, begun + offset)));
}
