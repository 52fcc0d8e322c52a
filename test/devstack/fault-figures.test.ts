import { expect, test } from 'vitest'
import { describeFigures } from '../../devstack/fault-figures.ts'

const point = (wrong: { kind: 'lost' | 'doubled' | 'stuck' | 'other'; says: string }[] = []) => ({
  what: 'crash point' as const,
  name: 'token: gas: its end is noted',
  wrong,
})
const run = (seed: number, kind?: 'lost' | 'stuck') => ({
  what: 'random run' as const,
  name: `run ${seed}`,
  seed,
  wrong: kind ? [{ kind, says: '' }] : [],
})

test('the figures count cases by kind of error, and show the seeds of random runs', () => {
  expect(describeFigures([point(), point(), run(7), run(8)])).toEqual([
    '2 crash points: 0 lost, 0 doubled, 0 stuck, 0 other',
    '2 random runs: 0 lost, 0 doubled, 0 stuck, 0 other, seeds 7 to 8',
  ])
})

test('a case with several errors of one kind counts once and is listed with the command that repeats it', () => {
  const wrong = { kind: 'doubled', says: '' } as const
  expect(describeFigures([point([wrong, wrong]), run(7), run(8, 'stuck')])).toEqual([
    '1 crash points: 0 lost, 1 doubled, 0 stuck, 0 other',
    "  token: gas: its end is noted: doubled, doubled; again: npm run test:faults -- test/faults/crash-matrix -t 'token: gas: its end is noted'",
    '2 random runs: 0 lost, 0 doubled, 1 stuck, 0 other, seeds 7 to 8',
    '  run 8: stuck; again: npm run test:faults -- test/faults/random-runs --seed 8 --runs 1',
  ])
})

test('the figures omit a kind of case that did not run', () => {
  expect(describeFigures([])).toEqual([])
})
