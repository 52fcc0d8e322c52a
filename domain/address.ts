/**
 * Hex text. It is lower-case in rows, comparisons and the domain. Output (bus, Temporal, CLI) has
 * addresses with EIP-55 checksums. Adapters convert them, because a checksum needs keccak and the
 * domain imports nothing.
 */
export type Hex = `0x${string}`
export type Address = Hex
export type Hash = Hex

const addressPattern = /^0x[0-9a-fA-F]{40}$/
const hashPattern = /^0x[0-9a-fA-F]{64}$/

/** Returns whether the text is 20 bytes of hex, in any case. */
export function isAddress(text: string): text is Address {
  return addressPattern.test(text)
}

/** Returns whether the text is 32 bytes of hex, in any case. */
export function isHash(text: string): text is Hash {
  return hashPattern.test(text)
}

/** Lower-cases an address of any case. Throws unless the text is 20 bytes of hex. */
export function toAddress(text: string): Address {
  if (!isAddress(text))
    throw new Error(`not an address: "${text.slice(0, 100)}" (expected 0x and 40 hex digits)`)
  return text.toLowerCase() as Address
}

/** Lower-cases a transaction or block hash. Throws unless the text is 32 bytes of hex. */
export function toHash(text: string): Hash {
  if (!isHash(text))
    throw new Error(`not a hash: "${text.slice(0, 100)}" (expected 0x and 64 hex digits)`)
  return text.toLowerCase() as Hash
}
