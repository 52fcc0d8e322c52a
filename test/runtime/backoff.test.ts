import { expect, it } from 'vitest'
import { createBackoff } from '../../runtime/backoff.ts'

it('a backoff doubles up to its longest sleep and starts again after a reset', () => {
  const backoff = createBackoff(200, 1_000)
  const sleeps = () => [1, 2, 3, 4].map(() => backoff.nextMs())
  expect(sleeps()).toEqual([200, 400, 800, 1_000])
  backoff.reset()
  expect(sleeps()).toEqual([200, 400, 800, 1_000])
})
