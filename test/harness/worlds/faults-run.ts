import { appendFileSync } from 'node:fs'
import type { Wrong } from './judge-world.ts'

/** Outcome of a crash case or a random run, for the summary at the end of `npm run test:faults`. */
export interface Figure {
  readonly what: 'crash point' | 'random run'
  readonly name: string
  readonly seed?: number
  readonly wrong: readonly Pick<Wrong, 'kind' | 'says'>[]
}

/**
 * Appends the figure to the file that FAULTS_FIGURES names and devstack/faults.ts reads. Has no
 * effect if FAULTS_FIGURES is not set.
 */
export function noteFigures(figure: Figure): void {
  const file = process.env['FAULTS_FIGURES']
  if (file) appendFileSync(file, `${JSON.stringify(figure)}\n`)
}

/** Returns the options that `npm run test:faults` passes in FAULTS_SEED and FAULTS_RUNS. */
export function faultsOptions(): { readonly seed: number; readonly runs: number } {
  return {
    seed: Number(process.env['FAULTS_SEED'] ?? 1),
    runs: Number(process.env['FAULTS_RUNS'] ?? 20),
  }
}
