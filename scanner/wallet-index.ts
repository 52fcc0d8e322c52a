import type { Address } from '../domain/address.ts'

/**
 * Addresses as 64-bit fingerprints (their last 8 bytes) in an open-addressing table: 10 million wallets take 134 MB.
 * `has` may err towards yes (one in 10^12 with 10 million wallets), so a hit is joined exactly in PostgreSQL.
 */
export interface WalletIndex {
  add(addresses: readonly Address[]): void
  has(address: Address): boolean
  readonly size: number
  /** Memory of the table. */
  readonly bytes: number
}

/** Filled further, probes would grow long; here the table doubles. 10 million wallets stand at 0.6. */
const highestLoad = 0.75

export function createWalletIndex(firstSlots = 1 << 10): WalletIndex {
  let slots = firstSlots
  // High and low word of a slot side by side; 0, 0 is empty.
  let table = new Uint32Array(slots * 2)
  let size = 0
  let hasZero = false

  const place = (into: Uint32Array, high: number, low: number): boolean => {
    const mask = into.length / 2 - 1
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const [h, l] = [into[slot * 2], into[slot * 2 + 1]]
      if (h === high && l === low) return false
      if (h === 0 && l === 0) {
        into[slot * 2] = high
        into[slot * 2 + 1] = low
        return true
      }
    }
  }
  const double = () => {
    const larger = new Uint32Array(table.length * 2)
    for (let i = 0; i < table.length; i += 2) {
      const [high = 0, low = 0] = [table[i], table[i + 1]]
      if (high !== 0 || low !== 0) place(larger, high, low)
    }
    table = larger
    slots *= 2
  }
  return {
    add(addresses) {
      for (const address of addresses) {
        const [high, low] = fingerprint(address)
        if (high === 0 && low === 0) {
          if (!hasZero) size += 1
          hasZero = true
          continue
        }
        if (size + 1 > slots * highestLoad) double()
        if (place(table, high, low)) size += 1
      }
    },
    has(address) {
      const [high, low] = fingerprint(address)
      if (high === 0 && low === 0) return hasZero
      const mask = slots - 1
      for (let slot = low & mask; ; slot = (slot + 1) & mask) {
        const [h, l] = [table[slot * 2], table[slot * 2 + 1]]
        if (h === high && l === low) return true
        if (h === 0 && l === 0) return false
      }
    },
    get size() {
      return size
    },
    get bytes() {
      return table.byteLength
    },
  }
}

function fingerprint(address: Address): readonly [high: number, low: number] {
  return [Number.parseInt(address.slice(26, 34), 16), Number.parseInt(address.slice(34, 42), 16)]
}
