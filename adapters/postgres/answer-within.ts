/**
 * Rejects with `late()` when a service says nothing for so long. The PostgreSQL driver (postgres
 * 3.4.9) waits for ever on a connection that went silent, and tries for ever where one is taken and
 * hung up on. The work itself is not ended by it.
 */
export async function answerWithin<T>(
  limitMs: number,
  work: PromiseLike<T>,
  late: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), limitMs)
  })
  try {
    return await Promise.race([work, silence])
  } finally {
    clearTimeout(timer)
  }
}
