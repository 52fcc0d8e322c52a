/**
 * Decodes a transaction without the product's decoder and without its library: type 2 (EIP-1559),
 * legacy (EIP-155), signed or not. Throws for bytes that do not end with the transaction.
 */
export interface RlpTransaction {
  readonly chainId: bigint
  readonly nonce: bigint
  readonly maxFeeWei: bigint
  readonly gasLimit: bigint
  readonly to: string
  readonly valueWei: bigint
  readonly data: string
}

type Item = Uint8Array | Item[]

export function readRlpTransaction(raw: string): RlpTransaction {
  const bytes = Buffer.from(raw.slice(2), 'hex')
  if (bytes[0] === 2) {
    const [chainId, nonce, , maxFee, gas, to, value, data, accessList] = list(bytes.subarray(1))
    if (!Array.isArray(accessList) || accessList.length > 0) throw new Error('an access list')
    return fields({ chainId, nonce, maxFee, gas, to, value, data })
  }
  if ((bytes[0] ?? 0) < 0xc0) throw new Error(`type ${bytes[0]}`)
  const [nonce, maxFee, gas, to, value, data, v] = list(bytes)
  // Unsigned bytes have the chain id in place of v; signed bytes have 35 + 2 × chain id + parity.
  const signed = numberOf(v)
  const chainId = list(bytes)[7]?.length === 0 ? signed : (signed - 35n) / 2n
  return { ...fields({ chainId: v, nonce, maxFee, gas, to, value, data }), chainId }
}

function fields(of: Readonly<Record<string, Item | undefined>>): RlpTransaction {
  return {
    chainId: numberOf(of['chainId']),
    nonce: numberOf(of['nonce']),
    maxFeeWei: numberOf(of['maxFee']),
    gasLimit: numberOf(of['gas']),
    to: hexOf(of['to']),
    valueWei: numberOf(of['value']),
    data: hexOf(of['data']),
  }
}

function list(bytes: Uint8Array): Item[] {
  const [item, rest] = read(bytes)
  if (!Array.isArray(item) || rest.length > 0) throw new Error('no list, or bytes behind it')
  return item
}

/** Reads one item, and returns the bytes behind it. */
function read(bytes: Uint8Array): [Item, Uint8Array] {
  const first = bytes[0]
  if (first === undefined) throw new Error('no bytes')
  if (first < 0x80) return [bytes.subarray(0, 1), bytes.subarray(1)]
  const isList = first >= 0xc0
  const short = first - (isList ? 0xc0 : 0x80)
  const sizeBytes = short > 55 ? short - 55 : 0
  const size = sizeBytes === 0 ? short : Number(numberOf(bytes.subarray(1, 1 + sizeBytes)))
  const start = 1 + sizeBytes
  if (bytes.length < start + size) throw new Error('cut off')
  const content = bytes.subarray(start, start + size)
  return [isList ? itemsOf(content) : content, bytes.subarray(start + size)]
}

function itemsOf(content: Uint8Array): Item[] {
  const items: Item[] = []
  for (let rest = content; rest.length > 0; ) {
    const [item, behind] = read(rest)
    items.push(item)
    rest = behind
  }
  return items
}

function hexOf(item: Item | undefined): string {
  if (!(item instanceof Uint8Array)) throw new Error('no bytes where a field should be')
  return `0x${Buffer.from(item).toString('hex')}`
}

function numberOf(item: Item | undefined): bigint {
  const hex = hexOf(item)
  return hex === '0x' ? 0n : BigInt(hex)
}
