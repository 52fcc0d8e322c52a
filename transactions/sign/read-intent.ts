import type { SignedFees } from '../../domain/chains/fees.ts'
import type { DrainDestination, Intent } from '../../domain/lanes/transaction.ts'
import { PolicyRefused } from '../../domain/money-errors.ts'

/**
 * Copies a caller's intent: each field is read once and checked against its type, so that the
 * policy checks exactly the values that are signed (MONEY 18). Unknown fields are dropped.
 * @throws PolicyRefused
 */
export function readIntent(given: Intent): Intent {
  // The type of the caller's value is not checked at run time, so it is read as unknown.
  const from = given as unknown as Readonly<Record<string, unknown>> | null | undefined
  if (typeof from !== 'object' || from === null) throw new PolicyRefused('not an intent')
  const kind = from['kind']
  const chainId = numberOf('chain id', from['chainId'])
  const wallet = addressOf('wallet', from['wallet'])
  switch (kind) {
    case 'fund-gas':
    case 'sweep-native':
      return { kind, chainId, wallet, valueWei: weiOf('value', from['valueWei']) }
    case 'sweep-token': {
      const token = addressOf('token', from['token'])
      return { kind, chainId, wallet, token, amount: weiOf('amount', from['amount']) }
    }
    case 'drain-keeper': {
      const to = destinationOf(from['to'])
      return { kind, chainId, wallet, to, valueWei: weiOf('value', from['valueWei']) }
    }
    case 'cancel':
      return { kind, chainId, wallet }
    default:
      throw new PolicyRefused('unknown intent kind')
  }
}

export function readFees(given: SignedFees): SignedFees {
  const from = given as unknown as Readonly<Record<string, unknown>> | null | undefined
  if (typeof from !== 'object' || from === null) throw new PolicyRefused('no fees')
  return {
    gasLimit: weiOf('gas limit', from['gasLimit']),
    maxFeeWei: weiOf('max fee', from['maxFeeWei']),
    maxPriorityFeeWei: weiOf('tip', from['maxPriorityFeeWei']),
  }
}

export function readNonce(given: bigint): bigint {
  return weiOf('nonce', given)
}

function destinationOf(value: unknown): DrainDestination {
  if (value === 'keeper' || value === 'cold-wallet') return value
  throw new PolicyRefused('a drain goes to the keeper or to the cold wallet')
}

function weiOf(name: string, value: unknown): bigint {
  if (typeof value !== 'bigint') throw new PolicyRefused(`${name} is not a bigint`)
  return value
}

function numberOf(name: string, value: unknown): number {
  if (typeof value !== 'number') throw new PolicyRefused(`${name} is not a number`)
  return value
}

/**
 * Accepts only lower case. Addresses are compared as text, so the cold wallet in upper case would
 * count as another address.
 */
function addressOf(name: string, value: unknown): `0x${string}` {
  if (typeof value === 'string' && /^0x[0-9a-f]{40}$/.test(value)) return value as `0x${string}`
  const shown = typeof value === 'string' ? `"${value.slice(0, 60)}"` : `a ${typeof value}`
  throw new PolicyRefused(`${name} is ${shown}; expected a lower-case address`)
}
