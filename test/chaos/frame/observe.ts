import { readFileSync, statSync } from 'node:fs'
import type { ChaosWorld } from './chaos-world.ts'

const processesOf = ({ scanner, worker }: ChaosWorld) => [scanner, worker]

/** Returns the current length of each process's log, as the mark for `logSince`. */
export function markLogs(world: ChaosWorld): readonly number[] {
  return processesOf(world).map(({ logFile }) => statSync(logFile).size)
}

/** Returns the log lines since the mark: first the scanner's lines, then the worker's lines. */
export function logSince(world: ChaosWorld, mark: readonly number[]): string {
  return processesOf(world)
    .map(({ logFile }, n) => readFileSync(logFile).subarray(mark[n]).toString())
    .join('')
}

/** Reads /metrics of the scanner and the worker. */
export async function readMetrics(world: ChaosWorld): Promise<string> {
  const pages = processesOf(world).map(async ({ logFile }) => {
    const port = /"port":(\d+)/.exec(readFileSync(logFile, 'utf8'))?.[1]
    return port ? await (await fetch(`http://127.0.0.1:${port}/metrics`)).text() : ''
  })
  return (await Promise.all(pages)).join('\n')
}

/**
 * Sums the values of all lines of this metric, with or without labels. Returns 0 if there is no
 * such line.
 */
export function metricOf(metrics: string, name: string): number {
  return metrics
    .split('\n')
    .filter(
      (line) => line.startsWith(name) && /^[ {]|^$/.test(line.slice(name.length, name.length + 1)),
    )
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}
