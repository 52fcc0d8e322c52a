import { readFileSync, statSync } from 'node:fs'
import type { ChaosWorld } from './chaos-world.ts'

const processesOf = ({ scanner, worker }: ChaosWorld) => [scanner, worker]

/** Present length of each process's log. */
export function markLogs(world: ChaosWorld): readonly number[] {
  return processesOf(world).map(({ logFile }) => statSync(logFile).size)
}

/** The processes' log lines since the mark, the scanner's first. */
export function logSince(world: ChaosWorld, mark: readonly number[]): string {
  return processesOf(world)
    .map(({ logFile }, n) => readFileSync(logFile).subarray(mark[n]).toString())
    .join('')
}

/** /metrics of scanner and worker. */
export async function readMetrics(world: ChaosWorld): Promise<string> {
  const pages = processesOf(world).map(async ({ logFile }) => {
    const port = /"port":(\d+)/.exec(readFileSync(logFile, 'utf8'))?.[1]
    return port ? await (await fetch(`http://127.0.0.1:${port}/metrics`)).text() : ''
  })
  return (await Promise.all(pages)).join('\n')
}

/**
 * The sum over all lines that begin with this name, with or without labels; 0 where there is none.
 */
export function metricOf(metrics: string, name: string): number {
  return metrics
    .split('\n')
    .filter(
      (line) => line.startsWith(name) && /^[ {]|^$/.test(line.slice(name.length, name.length + 1)),
    )
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}
