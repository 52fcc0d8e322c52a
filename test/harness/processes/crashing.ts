import { existsSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import type { CrashPoint, Step } from './crash-points.ts'

/** An order to kill a process at a crash point. The process reads the order's file once. */
export interface CrashOrder {
  readonly point: string
  /** Number of the matching call, counted from 1. */
  readonly nth: number
  /** Time between the start of a call and the kill `during` it. */
  readonly delayMs: number
}

/** A call of a wrapped part, as the input of a point's `when`. */
export interface Call {
  readonly args: readonly unknown[]
  /** Result of the call, or of the caller's function that ran inside the call. */
  readonly answer?: unknown
  /** Step of the call's transaction, if this process has seen the transaction. */
  step(): Step | undefined
  /**
   * Whether the height that this call confirms is at or above the block of a deposit that this
   * process has stored since it read its crash order.
   */
  confirmsADeposit(): boolean
}

/** Orders a process to die. A running process reads the order at its next call of a part. */
export function orderCrash(file: string, order: CrashOrder): void {
  rmSync(firedFile(file), { force: true })
  writeFileSync(`${file}.new`, JSON.stringify(order))
  renameSync(`${file}.new`, file)
}

/** Cancels an order that no process has read. */
export function cancelCrash(file: string): void {
  rmSync(file, { force: true })
}

/** Whether the process died at its crash point, and not for another reason. */
export function diedAtPoint(file: string): boolean {
  return existsSync(firedFile(file))
}

const firedFile = (file: string) => `${file}.fired`

/**
 * Returns the `wrap` argument of scanner/main.ts and workers/main.ts. The wrapped parts kill their
 * process with SIGKILL at the ordered point. Without an order they behave like the real parts.
 */
export function crashing(file: string, points: readonly CrashPoint[]) {
  let armed: (CrashOrder & { readonly at: CrashPoint }) | undefined
  let seen = 0
  const memory = createMemory()

  const arm = () => {
    if (!existsSync(file)) return
    const order = JSON.parse(readFileSync(file, 'utf8')) as CrashOrder
    rmSync(file)
    const at = points.find(({ name }) => name === order.point)
    if (!at) throw new Error(`no crash point is called "${order.point}"`)
    armed = { ...order, at }
    seen = 0
    memory.forgetDeposits()
  }
  const isNow = (part: string, method: string, where: CrashPoint['where'], call: Call) => {
    if (!armed || armed.at.part !== part || armed.at.method !== method) return false
    if (armed.at.where !== where || !(armed.at.when?.(call) ?? true)) return false
    seen += 1
    return seen === armed.nth
  }
  const die = (): never => {
    writeFileSync(firedFile(file), armed?.point ?? '')
    writeSync(2, `${JSON.stringify({ message: 'SIGKILL', point: armed?.point })}\n`)
    process.kill(process.pid, 'SIGKILL')
    // The signal may take a moment. The process does nothing until then.
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000)
  }

  return <T extends object>(part: string, real: T): T =>
    new Proxy(real, {
      get(target, name, receiver) {
        const method: unknown = Reflect.get(target, name, receiver)
        if (typeof method !== 'function' || typeof name !== 'string') return method
        return (...given: unknown[]) => {
          arm()
          const about = (more: { readonly answer?: unknown } = {}): Call => ({
            args: given,
            step: () => memory.stepOf(name, given, more.answer),
            confirmsADeposit: () => memory.isFinal(given[1]),
            ...more,
          })
          memory.noteCall(name, given)
          if (isNow(part, name, 'before', about())) die()
          if (isNow(part, name, 'during', about())) setTimeout(die, armed?.delayMs ?? 0)
          const args = given.map((one) =>
            typeof one !== 'function'
              ? one
              : async (...inner: unknown[]) => {
                  const answer: unknown = await one(...inner)
                  memory.noteAnswer(answer)
                  if (isNow(part, name, 'inside', about({ answer }))) die()
                  return answer
                },
          )
          const result: unknown = method.apply(target, args)
          if (!(result instanceof Promise)) return result
          return result.then((answer: unknown) => {
            memory.noteAnswer(answer)
            if (isNow(part, name, 'after', about({ answer }))) die()
            return answer
          })
        }
      },
    })
}

interface SeenTransaction {
  readonly key: string
  readonly step: Step
  readonly attempts: readonly { readonly hash: string; readonly raw: string }[]
}

/**
 * Remembers the step of each hash and of signed bytes, and the first block with a deposit. A call
 * itself names only a hash, bytes or a height, but crash points depend on step and deposit.
 */
function createMemory() {
  const steps = new Map<string, Step>()
  let firstDeposit: bigint | undefined

  const note = ({ step, attempts }: SeenTransaction) => {
    for (const { hash, raw } of attempts) steps.set(hash, step).set(raw, step)
  }
  return {
    noteCall(method: string, args: readonly unknown[]) {
      if (method !== 'storeFinds') return
      const { deposits } = args[2] as { deposits: readonly { blockNumber: bigint }[] }
      for (const { blockNumber } of deposits) {
        if (firstDeposit === undefined || blockNumber < firstDeposit) firstDeposit = blockNumber
      }
    },
    forgetDeposits() {
      firstDeposit = undefined
    },
    noteAnswer(answer: unknown) {
      for (const one of transactionsIn(answer)) note(one)
    },
    isFinal: (final: unknown) => {
      const height = (final as { height?: bigint } | undefined)?.height
      return height !== undefined && firstDeposit !== undefined && height >= firstDeposit
    },
    stepOf(method: string, args: readonly unknown[], answer: unknown) {
      if (method === 'withLane') {
        for (const one of transactionsIn(answer)) note(one)
        return transactionsIn(answer)[0]?.step
      }
      const [first] = args
      const subject = isTransaction(first) ? first.key : String(first)
      return steps.get(subject) ?? (subject.split(':')[1] as Step | undefined)
    },
  }
}

/** Returns the transactions in a port's answer: from `live` or `ofSweep`, or signed in a lane. */
function transactionsIn(answer: unknown): readonly SeenTransaction[] {
  if (Array.isArray(answer)) return answer.filter(isTransaction)
  const { transaction } = (answer ?? {}) as { transaction?: unknown }
  return isTransaction(transaction) ? [transaction] : []
}

function isTransaction(value: unknown): value is SeenTransaction {
  return typeof value === 'object' && value !== null && 'attempts' in value && 'step' in value
}
