/**
 * Bodies above this size are read one at a time in the whole process, so that several large answers
 * never add up in memory.
 */
export const largeBodyBytes = 4 * 1024 * 1024

let last: Promise<void> = Promise.resolve()

/**
 * Waits for the large bodies that came first. The caller must call the returned release, also after
 * an error.
 */
export async function takeLargeBodySlot(): Promise<() => void> {
  const before = last
  let release = () => {}
  last = new Promise((resolve) => {
    release = resolve
  })
  await before
  return release
}
