import type { Loop } from '../../runtime/loop.ts'
import { withTimeout } from '../../runtime/timeout.ts'

/** Returns a problem in a few words, or undefined if there is none. */
export type Check = () => Promise<string | undefined> | string | undefined

/** A problem, as `/readyz` lists it. */
export interface Problem {
  readonly name: string
  readonly trouble: string
}

const limitMs = 2_000

/**
 * Collects the problems that keep a process from being ready. A check without an answer within 2 s
 * counts as a problem, because the client has a timeout too.
 */
export async function findProblems(
  loops: readonly Loop[],
  checks: Readonly<Record<string, Check>>,
): Promise<readonly Problem[]> {
  const all: [string, Check][] = [
    ...loops.map((loop): [string, Check] => [loop.name, () => loop.problem()]),
    ...Object.entries(checks),
  ]
  const answers = await Promise.all(
    all.map(async ([name, check]) => ({ name, trouble: await ask(check) })),
  )
  return answers.flatMap(({ name, trouble }) => (trouble === undefined ? [] : [{ name, trouble }]))
}

async function ask(check: Check): Promise<string | undefined> {
  try {
    const answer = Promise.resolve(check())
    return await withTimeout(answer, limitMs, () => `no answer within ${limitMs} ms`)
  } catch (error) {
    // Shows only the class of the error, because a driver's message may contain a URL (MONEY 19).
    return `the check failed: ${error instanceof Error ? error.constructor.name : 'unknown error'}`
  }
}
