import { sleep } from './sleep.ts'

/**
 * Sleeps without a slot and takes a slot again. Returns whether the whole time passed; `false`
 * means that the caller must end its task, because too many tasks rest or the slots are closed.
 */
export type Rest = (ms: number, cancelled: AbortSignal) => Promise<boolean>

/**
 * Slots of one worker for tasks at work. A poll for tasks reserves a slot, and a task uses it. A
 * resting task holds none. Idle polls never keep a rested task from its work, so tasks may exceed
 * the slots by the number of polls for a moment.
 */
export interface WorkSlots {
  /** Reserves a slot for a poll. Rejects with the signal's reason if it aborts first. */
  reserve(stop?: AbortSignal): Promise<void>
  /** Reserves a slot if one is free and nobody waits for it. */
  tryReserve(): boolean
  /** A task begins on a reserved slot. */
  use(): void
  /** Ends a task, or a reservation that got no task. */
  release(what: 'task' | 'reservation'): void
  readonly rest: Rest
  /** Ends every rest and every wait for a slot. Called when the worker stops. */
  close(): void
}

/** @param mostResting tasks that may rest at a time, because each of them costs heartbeats */
export function createWorkSlots(slots: number, mostResting: number): WorkSlots {
  const closing = new AbortController()
  const resuming = new Set<() => void>()
  const polling = new Set<() => void>()
  let used = 0
  let reserved = 0
  let resting = 0

  /**
   * Gives free slots to rested tasks first, then to polls, in the order of their requests. A fifth
   * of the slots stays for polls that wait, so that tasks which rest and return all the time, of a
   * chain whose finality has stopped, do not keep new tasks of other chains away.
   */
  function give(): void {
    const isClosed = closing.signal.aborted
    const forPolls = Math.min(polling.size, Math.floor(slots / 5))
    for (const resume of resuming) {
      if (used >= slots - forPolls && !isClosed) break
      resuming.delete(resume)
      used += 1
      resume()
    }
    for (const granted of polling) {
      if (used + reserved >= slots && !isClosed) return
      polling.delete(granted)
      reserved += 1
      granted()
    }
  }

  async function reserve(stop?: AbortSignal): Promise<void> {
    stop?.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const granted = () => {
        stop?.removeEventListener('abort', aborted)
        resolve()
      }
      const aborted = () => {
        polling.delete(granted)
        reject(stop?.reason)
      }
      stop?.addEventListener('abort', aborted, { once: true })
      polling.add(granted)
      give()
    })
  }

  async function rest(ms: number, cancelled: AbortSignal): Promise<boolean> {
    if (resting >= mostResting || closing.signal.aborted || cancelled.aborted) return false
    const end = AbortSignal.any([closing.signal, cancelled])
    resting += 1
    release('task')
    await sleep(ms, end)
    await new Promise<void>((resolve) => {
      resuming.add(resolve)
      give()
    })
    resting -= 1
    return !end.aborted
  }

  function release(what: 'task' | 'reservation'): void {
    if (what === 'task') used -= 1
    else reserved -= 1
    give()
  }

  return {
    reserve,
    tryReserve() {
      if (resuming.size + polling.size > 0 || used + reserved >= slots) return false
      reserved += 1
      return true
    },
    use() {
      reserved -= 1
      used += 1
    },
    release,
    rest,
    close() {
      closing.abort()
      give()
    },
  }
}
