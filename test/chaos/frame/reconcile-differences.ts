import type { Address } from 'viem'
import { runCli } from '../../harness/processes/run-cli.ts'
import type { ChaosWorld } from './chaos-world.ts'
import type { Scene } from './scene.ts'

export interface SeenDifference {
  readonly kind: string
  readonly address: Address
  readonly words: string
}

/**
 * Returns the differences that `coldsweep reconcile` reports. Each error of a failed reconcile is a
 * difference of kind `failed`.
 */
export async function readDifferences({ d }: ChaosWorld): Promise<readonly SeenDifference[]> {
  const { stdout } = await runCli(['reconcile', '--json'], d.env)
  const { data, errors } = JSON.parse(stdout) as {
    data: { differences: SeenDifference[] }[] | null
    errors: { code: string; message: string }[]
  }
  const differences = data?.flatMap((report) => report.differences)
  return (
    differences ?? errors.map(({ message }) => ({ kind: 'failed', address: '0x', words: message }))
  )
}

const leftBehind = new WeakMap<ChaosWorld, Set<string>>()

/**
 * Returns the differences of the row's wallet, and the differences of other addresses that no
 * earlier row of the world left behind.
 */
export function newDifferences(
  { world, wallet }: Scene,
  now: readonly SeenDifference[],
): readonly string[] {
  const known = leftBehind.get(world)
  return now
    .filter((it) => it.address.toLowerCase() === wallet || !known?.has(describe(it)))
    .map(describe)
}

/** Makes later rows of the world ignore these differences. */
export function leaveBehind({ world }: Scene, differences: readonly string[]): void {
  leftBehind.set(world, new Set([...(leftBehind.get(world) ?? []), ...differences]))
}

const describe = ({ kind, address, words }: SeenDifference) => `${kind} ${address}: ${words}`
