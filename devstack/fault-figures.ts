import { existsSync, readFileSync } from 'node:fs'

/**
 * The outcome of one crash point or one random run. Each test writes its outcome as one line of
 * JSON to a common file.
 */
interface Figure {
  what: 'crash point' | 'random run'
  name: string
  /** Seed of a random run. */
  seed?: number
  wrong: { kind: 'lost' | 'doubled' | 'stuck' | 'other'; says: string }[]
}

/** Reads the outcomes that the tests wrote; empty if there is no file. */
export function readFigures(file: string): Figure[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}

/**
 * Returns one line of counts for each kind of case that ran, followed by a line for each failed
 * case with the command that repeats it.
 */
export function describeFigures(figures: readonly Figure[]): string[] {
  return (['crash point', 'random run'] as const).flatMap((what) => {
    const its = figures.filter((figure) => figure.what === what)
    return its.length === 0 ? [] : [lineOf(what, its), ...its.flatMap(again)]
  })
}

function lineOf(what: string, figures: readonly Figure[]): string {
  const broken = (kind: string) =>
    figures.filter(({ wrong }) => wrong.some((one) => one.kind === kind)).length
  const counts = ['lost', 'doubled', 'stuck', 'other'].map((kind) => `${broken(kind)} ${kind}`)
  const seeds = figures.flatMap(({ seed }) => seed ?? [])
  const from = seeds.length === 0 ? '' : `, seeds ${Math.min(...seeds)} to ${Math.max(...seeds)}`
  return `${figures.length} ${what}s: ${counts.join(', ')}${from}`
}

function again({ what, name, seed, wrong }: Figure): string[] {
  if (wrong.length === 0) return []
  const command =
    what === 'random run'
      ? `npm run test:faults -- test/faults/random-runs --seed ${seed} --runs 1`
      : `npm run test:faults -- test/faults/crash-matrix -t '${name}'`
  return [`  ${name}: ${wrong.map(({ kind }) => kind).join(', ')}; again: ${command}`]
}
