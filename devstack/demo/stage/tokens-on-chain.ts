import { type Address, encodeDeployData, encodeFunctionData, type Hex, parseUnits } from 'viem'
import { readArtifact } from '../../contracts/artifact.ts'
import { TOKENS } from '../script/assets.ts'
import type { Devnet } from './devnet.ts'

const DEPLOY_GAS = 3_000_000n
const CALL_GAS = 200_000n

const { abi } = readArtifact('pausable-false-token')

export interface DeployedTokens {
  /** Addresses of `TOKENS`, in the same order. They are known before the contracts are mined. */
  addresses: Address[]
  /** Resolves when all contracts are mined, and customers and operator hold tokens to deposit. */
  ready: Promise<void>
}

/**
 * Deploys the demo's tokens and mints their supply. Sends all transactions at once, so that they
 * are mined in one block, in order.
 */
export async function deployTokens(devnet: Devnet): Promise<DeployedTokens> {
  const { operator, customers } = devnet
  const addresses: Address[] = []
  const hashes: Promise<Hex>[] = []
  for (const { contract, symbol, decimals } of TOKENS) {
    const artifact = readArtifact(contract)
    const args = [`${symbol} Token`, symbol, decimals]
    addresses.push(operator.nextContract())
    hashes.push(operator.send({ data: encodeDeployData({ ...artifact, args }), gas: DEPLOY_GAS }))
  }
  for (const [index, { decimals }] of TOKENS.entries()) {
    const to = addresses[index]
    const amount = parseUnits('1000000', decimals)
    for (const owner of [customers.address, operator.address]) {
      const data = encodeFunctionData({ abi, functionName: 'mint', args: [owner, amount] })
      hashes.push(operator.send({ ...(to && { to }), data, gas: CALL_GAS }))
    }
  }
  return { addresses, ready: Promise.all(hashes).then((all) => devnet.mined(all)) }
}

/** Returns the call that transfers an amount of a token. */
export function transferCall(token: Address, to: Address, amount: bigint) {
  const data = encodeFunctionData({ abi, functionName: 'transfer', args: [to, amount] })
  return { to: token, data, gas: CALL_GAS }
}

/**
 * Returns the call that pauses a token or ends the pause. Only the token's owner, the operator
 * account, may send it.
 */
export function pauseCall(token: Address, paused: boolean) {
  const data = encodeFunctionData({ abi, functionName: 'setPaused', args: [paused] })
  return { to: token, data, gas: CALL_GAS }
}
