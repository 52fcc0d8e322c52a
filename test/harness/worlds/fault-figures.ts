import { appendFileSync } from 'node:fs'
import type { Wrong } from './judge-world.ts'

/** A case or a run as it came out, for the figures at the end of `npm run test:faults`. */
export interface Figure {
  readonly what: 'crash point' | 'random run'
  readonly name: string
  readonly seed?: number
  readonly wrong: readonly Pick<Wrong, 'kind' | 'says'>[]
}

/** Appends a line to the file that devstack/faults.ts reads. Does nothing without that file. */
export function noteFigures(figure: Figure): void {
  const file = process.env['FAULTS_FIGURES']
  if (file) appendFileSync(file, `${JSON.stringify(figure)}\n`)
}
