/**
 * A signal that fires at SIGTERM or SIGINT, until `release`: for what a process does before its
 * loops run.
 */
export function stopSignal(): { readonly signal: AbortSignal; release(): void } {
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  return {
    signal: stopping.signal,
    release() {
      process.off('SIGTERM', stop)
      process.off('SIGINT', stop)
    },
  }
}
