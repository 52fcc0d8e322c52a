import { existsSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import type { CrashPoint } from './crash-points.ts'

/** The crash point that ends a process. Read once, when the file exists. */
export interface CrashOrder {
  readonly point: string
  /** At the n-th call that counts, from 1. */
  readonly nth: number
  /** How long a call may be under way before the process dies `during` it. */
  readonly delayMs: number
}

/** A call of a wrapped part, as a point judges it. */
export interface Call {
  readonly args: readonly unknown[]
  /** Of the call, or of what it ran inside. */
  readonly answer?: unknown
  /** Of the transaction that the call is about, as far as this process has seen it. */
  step(): 'gas' | 'sweep' | undefined
  /**
   * Whether the height is at or above a deposit's block that this process has stored since its
   * order.
   */
  confirmsADeposit(): boolean
}

/** Orders a process to die. It may already be running. */
export function orderCrash(file: string, order: CrashOrder): void {
  rmSync(firedFile(file), { force: true })
  writeFileSync(`${file}.new`, JSON.stringify(order))
  renameSync(`${file}.new`, file)
}

/** Cancels an order that no process has read. */
export function cancelCrash(file: string): void {
  rmSync(file, { force: true })
}

/** Whether the process died at its crash point rather than of another cause. */
export function diedAtPoint(file: string): boolean {
  return existsSync(firedFile(file))
}

const firedFile = (file: string) => `${file}.fired`

/**
 * Argument for `wrap` of a main. Its parts kill their own process with SIGKILL at the ordered
 * point; without an order they are unchanged.
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
    // The signal may take a moment: nothing more happens until then.
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
  readonly step: 'gas' | 'sweep'
  readonly attempts: readonly { readonly hash: string; readonly raw: string }[]
}

/**
 * Which transaction a hash or signed bytes belong to, and which blocks had deposits: calls name
 * them by these alone.
 */
function createMemory() {
  const steps = new Map<string, 'gas' | 'sweep'>()
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
      return steps.get(subject) ?? (subject.split(':')[1] as 'gas' | 'sweep' | undefined)
    },
  }
}

/** Transactions that a port answered with: `live`, `ofSweep`, and what a lane signed. */
function transactionsIn(answer: unknown): readonly SeenTransaction[] {
  if (Array.isArray(answer)) return answer.filter(isTransaction)
  const { transaction } = (answer ?? {}) as { transaction?: unknown }
  return isTransaction(transaction) ? [transaction] : []
}

function isTransaction(value: unknown): value is SeenTransaction {
  return typeof value === 'object' && value !== null && 'attempts' in value && 'step' in value
}
