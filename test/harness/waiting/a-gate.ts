/** Holds what passes until it is opened, and says when something has come to it. */
export function aGate() {
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
