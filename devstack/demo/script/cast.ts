import type { Address, Hex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { ALL_DEPOSITS } from './script.ts'

/** A named account with a key of its own, generated for each run. */
export interface Person {
  name: string
  /** EIP-55 */
  address: Address
  privateKey: Hex
}

/** The accounts of one run. */
export interface Cast {
  /** Customers' deposit wallets, in the script's order. */
  wallets: Person[]
  keeper: Person
  cold: Person
}

/** Generates a key for the keeper, the cold wallet and each customer of the script. */
export function drawCast(): Cast {
  const names = [...new Set(ALL_DEPOSITS.map(({ to }) => to))]
  return { wallets: names.map(draw), keeper: draw('gas keeper'), cold: draw('cold wallet') }
}

function draw(name: string): Person {
  const privateKey = generatePrivateKey()
  return { name, privateKey, address: privateKeyToAccount(privateKey).address }
}

export function personNamed(cast: Cast, name: string): Person {
  const found = cast.wallets.find((person) => person.name === name)
  if (!found) throw new Error(`unknown person "${name}"`)
  return found
}
