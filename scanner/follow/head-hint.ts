/** Lets the scan loop sleep until its next poll, or until a hint ends the sleep early. */
export interface HeadHint {
  /** Ends the current wait, or the next wait. */
  give(): void
  /** A hint that arrives while the loop is busy ends the next wait at once. */
  wait(ms: number, stop: AbortSignal): Promise<void>
}

export function createHeadHint(): HeadHint {
  let given = false
  let wake = () => {}
  return {
    give() {
      given = true
      wake()
    },
    wait: (ms, stop) =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer)
          stop.removeEventListener('abort', end)
          wake = () => {}
          given = false
          resolve()
        }
        const timer = setTimeout(end, ms)
        wake = end
        stop.addEventListener('abort', end, { once: true })
        if (given || stop.aborted) end()
      }),
  }
}
