/**
 * Settles like `work`. If `work` takes longer than `limitMs`, calls `late`: rejects if `late`
 * returns an error, and resolves with any other value that `late` returns. `work` itself continues
 * after the timeout, and its result is ignored.
 */
export async function withTimeout<T, L>(
  work: PromiseLike<T>,
  limitMs: number,
  late: () => L,
): Promise<T | Exclude<L, Error>> {
  let timer: NodeJS.Timeout | undefined
  const timedOut = new Promise<Exclude<L, Error>>((resolve, reject) => {
    timer = setTimeout(() => {
      const end = late()
      if (end instanceof Error) reject(end)
      else resolve(end as Exclude<L, Error>)
    }, limitMs)
  })
  try {
    return await Promise.race([work, timedOut])
  } finally {
    clearTimeout(timer)
  }
}
