/**
 * Answers repeated calls by one answer for a while, and calls at the same time by one piece of
 * work: what is asked from outside costs the same however often it is asked. A failure is not kept.
 */
export function remembering<T>(work: () => Promise<T>, forMs = 1_000): () => Promise<T> {
  let kept: { readonly answer: Promise<T>; until: number } | undefined
  return () => {
    if (kept && performance.now() < kept.until) return kept.answer
    const answer = work()
    const made = { answer, until: Number.POSITIVE_INFINITY }
    kept = made
    answer.then(
      () => {
        made.until = performance.now() + forMs
      },
      () => {
        if (kept === made) kept = undefined
      },
    )
    return answer
  }
}
