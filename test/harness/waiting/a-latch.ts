/** A latch: `pass` waits until `open`, and `reached` resolves once a caller waits in `pass`. */
export function aLatch() {
  let arrive = () => {}
  let open = () => {}
  const reached = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    reached,
    open: () => open(),
    pass(): Promise<void> {
      arrive()
      return opened
    },
  }
}
