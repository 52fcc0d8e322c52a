import { expect, it } from 'vitest'
import { sleep } from '../../runtime/sleep.ts'

it('sleep resolves when its signal is aborted, and at once if the signal is already aborted', async () => {
  const stop = new AbortController()
  const sleeping = sleep(60_000, stop.signal)
  stop.abort()
  await sleeping
  await sleep(60_000, stop.signal)
})

it('sleep also waits if it is given more milliseconds than a timer accepts', async () => {
  const stop = new AbortController()
  let isOver = false
  const sleeping = sleep(2 ** 31, stop.signal).then(() => {
    isOver = true
  })
  await sleep(20)
  expect(isOver).toBe(false)
  stop.abort()
  await sleeping
})
