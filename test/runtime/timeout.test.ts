import { describe, expect, it } from 'vitest'
import { sleep } from '../../runtime/sleep.ts'
import { withTimeout } from '../../runtime/timeout.ts'

const forever = new Promise<string>(() => {})

describe('withTimeout', () => {
  it('settles like the work if the work ends in time, and does not call `late`', async () => {
    let calls = 0
    const late = () => {
      calls += 1
      return undefined
    }
    expect(await withTimeout(Promise.resolve('done'), 20, late)).toBe('done')
    await expect(withTimeout(Promise.reject(new Error('failed')), 20, late)).rejects.toThrow(
      'failed',
    )
    await sleep(40)
    expect(calls).toBe(0)
  })

  it('rejects with an error that `late` returns', async () => {
    await expect(withTimeout(forever, 5, () => new Error('too slow'))).rejects.toThrow('too slow')
  })

  it('resolves with any other value that `late` returns', async () => {
    expect(await withTimeout(forever, 5, () => 'nothing yet')).toBe('nothing yet')
  })

  it('ignores an error of work after the limit', async () => {
    const work = sleep(20).then(() => Promise.reject(new Error('nobody waits')))
    expect(await withTimeout(work, 5, () => undefined)).toBeUndefined()
    await sleep(40)
  })
})
