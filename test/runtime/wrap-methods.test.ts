import { expect, it } from 'vitest'
import { wrapMethods } from '../../runtime/wrap-methods.ts'

it('wrapMethods replaces methods, binds them to the port and copies other members', () => {
  const port = {
    size: 2,
    double(n: number): number {
      return n * this.size
    },
  }
  const names: string[] = []
  const wrapped = wrapMethods(port, (method, name) => (...args) => {
    names.push(name)
    return method(...args)
  })
  const { double } = wrapped
  expect(double(21)).toBe(42)
  expect(wrapped.size).toBe(2)
  expect(names).toEqual(['double'])
})
