import type { Address } from '../../domain/address.ts'

/**
 * A set of addresses as 64-bit fingerprints (their last 8 bytes) in an open-addressing table: 10
 * million wallets take 134 MB. `has` may return a false positive (one in 10^12 with 10 million
 * wallets), so a hit is checked in PostgreSQL.
 */
export interface WalletIndex {
  add(addresses: readonly Address[]): void
  has(address: Address): boolean
  readonly size: number
  /** Memory of the table, in bytes. */
  readonly bytes: number
}

/**
 * The table doubles at this load, because probes of a fuller table are slow. 10 million wallets
 * fill 0.6 of it.
 */
const highestLoad = 0.75

export function createWalletIndex(firstSlots = 1 << 10): WalletIndex {
  let slots = firstSlots
  // High and low word of a slot are adjacent; 0, 0 is empty.
  let table = new Uint32Array(slots * 2)
  let size = 0
  let hasZero = false

  const place = (into: Uint32Array, high: number, low: number): boolean => {
    const at = slotOf(into, high, low)
    if (into[at] === high && into[at + 1] === low) return false
    into[at] = high
    into[at + 1] = low
    return true
  }
  const double = () => {
    const larger = new Uint32Array(table.length * 2)
    for (let i = 0; i < table.length; i += 2) {
      const high = table[i] ?? 0
      const low = table[i + 1] ?? 0
      if (high !== 0 || low !== 0) place(larger, high, low)
    }
    table = larger
    slots *= 2
  }
  return {
    add(addresses) {
      for (const address of addresses) {
        const high = highWord(address)
        const low = lowWord(address)
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
      const high = highWord(address)
      const low = lowWord(address)
      if (high === 0 && low === 0) return hasZero
      const at = slotOf(table, high, low)
      return table[at] === high && table[at + 1] === low
    },
    get size() {
      return size
    },
    get bytes() {
      return table.byteLength
    },
  }
}

/** Returns the index of a fingerprint, or of the empty slot for it. */
function slotOf(table: Uint32Array, high: number, low: number): number {
  const mask = table.length - 1
  for (let at = (low * 2) & mask; ; at = (at + 2) & mask) {
    const h = table[at]
    const l = table[at + 1]
    if ((h === high && l === low) || (h === 0 && l === 0)) return at
  }
}

function highWord(address: Address): number {
  return Number.parseInt(address.slice(26, 34), 16)
}

function lowWord(address: Address): number {
  return Number.parseInt(address.slice(34, 42), 16)
}
