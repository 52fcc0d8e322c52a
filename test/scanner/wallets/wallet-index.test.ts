import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import { createWalletIndex } from '../../../scanner/wallets/wallet-index.ts'

const anAddress = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes): Address => `0x${Buffer.from(bytes).toString('hex')}`)

/** The index stores only a fingerprint of each address: its last eight bytes. */
describe('the fingerprints of wallets', () => {
  it('contain every added address and count it once, however often the table grew', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anAddress, { maxLength: 300 }), (addresses) => {
        const index = createWalletIndex(4)
        index.add(addresses)
        index.add(addresses)
        expect(addresses.every((address) => index.has(address))).toBe(true)
        expect(index.size).toBe(new Set(addresses.map((a) => a.slice(26))).size)
      }),
    )
  })

  it('contain no other address, except addresses with the same last eight bytes', () => {
    const index = createWalletIndex()
    const known: Address = `0x${'11'.repeat(20)}`
    index.add([known])
    expect(index.has(`0x${'12'.repeat(20)}`)).toBe(false)
    expect(index.has(`0x${'12'.repeat(12)}${'11'.repeat(8)}`)).toBe(true)
  })

  it('contain an added address whose last eight bytes are zero', () => {
    const index = createWalletIndex()
    const zeros: Address = `0x${'11'.repeat(12)}${'00'.repeat(8)}`
    expect(index.has(zeros)).toBe(false)
    index.add([zeros, zeros])
    expect(index.has(zeros)).toBe(true)
    expect(index.size).toBe(1)
  })

  it('take less than 24 bytes a wallet', () => {
    const index = createWalletIndex()
    const batch: Address[] = []
    for (let i = 0; i < 100_000; i += 1) {
      // The multiplication spreads the fingerprints as a hash would.
      const low = (Math.imul(i, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')
      batch.push(`0x${'0'.repeat(24)}${i.toString(16).padStart(8, '0')}${low}`)
    }
    index.add(batch)
    expect(index.size).toBe(100_000)
    expect(index.bytes / index.size).toBeLessThan(24)
  })
})
