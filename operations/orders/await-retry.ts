import type { Deposit } from '../../domain/deposits/deposit.ts'
import { formatState } from '../../domain/deposits/deposit-state.ts'
import type { RetryProgress } from '../../domain/operators/retry-progress.ts'
import { whatNext } from '../views/what-next.ts'

/** The end of a retry. `message` and `hint` are sentences for the operator. */
export type RetryEnd =
  /** The sweep continues or is done. */
  | { readonly kind: 'continues' }
  | {
      /**
       * `failed`: it needs attention again. `ignored`, `orphaned`: it moves nothing. `waiting`: it
       * waits for something. `deadline`: the row did not change in time.
       */
      readonly kind: 'failed' | 'ignored' | 'orphaned' | 'waiting' | 'deadline'
      readonly message: string
      readonly hint: string
    }

/** One read of the deposit's row and of the order. */
export interface RetryView extends RetryProgress {
  readonly deposit: Deposit
}

const pollMs = 1_000

/**
 * A run also writes its row when a plan starts. A wait with the same reason is the plan's result
 * once the row has not been written for this time.
 */
const quietMs = 5_000

/**
 * Compares the deposit's row with the row that the retry found. `undefined` while the run has not
 * followed this order, or works on it. A change that another order caused is no end of this one,
 * unless the sweep continues or the deposit is terminal.
 * @param quiet for how long the row has not been written, in milliseconds
 */
export function judgeRetry(
  before: Deposit,
  { deposit: now, followedAt, lastRunAt }: RetryView,
  quiet: number,
): RetryEnd | undefined {
  const state = formatState(now.state, now.reason)
  const isSame = now.state === before.state && now.reason === before.reason
  const said = `${now.id} is ${state}${now.detail === '' ? '' : `: ${now.detail}`}`
  const hint = `see "coldsweep sweep ${now.id}"`
  const isAfterOrder = (at: Date | null) => at !== null && followedAt !== null && at >= followedAt
  switch (now.state) {
    case 'ignored':
    case 'orphaned':
      return { kind: now.state, message: said, hint }
    case 'needs-attention':
      // A retry that fails again with the same reason renews `since`.
      return isAfterOrder(now.since)
        ? { kind: 'failed', message: `the retry failed: ${said}`, hint: whatNext(now).next }
        : undefined
    case 'waiting': {
      const isPlanned = isAfterOrder(now.since) || (isAfterOrder(lastRunAt) && quiet >= quietMs)
      if (!isPlanned || now.reason === 'queued') return undefined
      const again = isSame ? said.replace(' is ', ' is still ') : said
      return { kind: 'waiting', message: again, hint: whatNext(now).next }
    }
    case 'detected':
    case 'confirming':
      return { kind: 'waiting', message: `${said}, after a reorg`, hint: whatNext(now).next }
    default:
      // A run that was already at work follows the order after its step.
      return isSame && followedAt === null && now.since <= before.since
        ? undefined
        : { kind: 'continues' }
  }
}

interface RetryWait {
  readonly seconds: number
  readonly stop: AbortSignal
}

interface RetryPorts {
  read(): Promise<RetryView>
  sleep(ms: number, stop: AbortSignal): Promise<void>
  /** Shows each change of the deposit's state, and that the run has received the order. */
  note(line: string): void
}

/** Polls the deposit's row. @returns the end and the deposit's last row */
export async function awaitRetry(
  before: Deposit,
  { seconds, stop }: RetryWait,
  { read, sleep, note }: RetryPorts,
): Promise<{ readonly end: RetryEnd; readonly deposit: Deposit }> {
  const endsAt = Date.now() + seconds * 1000
  let last: RetryView = { deposit: before, followedAt: null, lastRunAt: null }
  let writtenAt = Date.now()
  for (;;) {
    const view = await read()
    const { deposit } = view
    if (last.followedAt === null && view.followedAt !== null) {
      note(`${deposit.id}: its workflow has received the retry`)
    }
    const [was, is] = [last.deposit, deposit].map((one) => formatState(one.state, one.reason))
    if (was !== is) note(`${deposit.id}: ${was} → ${is}`)
    if (view.lastRunAt?.getTime() !== last.lastRunAt?.getTime()) writtenAt = Date.now()
    last = view
    const end = judgeRetry(before, view, Date.now() - writtenAt)
    if (end) return { end, deposit }
    if (Date.now() >= endsAt || stop.aborted) {
      return { deposit, end: lateEnd(view, stop.aborted ? 'interrupted' : seconds) }
    }
    await sleep(Math.min(pollMs, endsAt - Date.now()), stop)
  }
}

function lateEnd({ deposit, followedAt }: RetryView, after: 'interrupted' | number): RetryEnd {
  const is = `${deposit.id} is still ${formatState(deposit.state, deposit.reason)}`
  const message = after === 'interrupted' ? `interrupted: ${is}` : `${is} after ${after} s`
  const hint =
    followedAt === null
      ? 'the order stays in effect, and no workflow has received it yet: is a worker running?'
      : `the order stays in effect: "coldsweep sweep ${deposit.id}" shows what becomes of it`
  return { kind: 'deadline', message, hint }
}
