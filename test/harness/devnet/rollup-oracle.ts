import { encodeFunctionData, type Hex, toHex } from 'viem'
import { readArtifact } from '../../../devstack/contracts/artifact.ts'
import type { Devnet } from './devnet.ts'

/**
 * Places a test contract at the address of a rollup's fee oracle, and sets its prices.
 * @param at address of the oracle, for example the OP stack's predeploy
 */
export async function standInOracle(
  devnet: Pick<Devnet, 'request'>,
  at: string,
  prices: { readonly weiPerByte: bigint; readonly weiPerGas: bigint },
): Promise<void> {
  const { abi, bytecode } = readArtifact('rollup-fee-oracle')
  const code = (await devnet.request('eth_call', [{ data: bytecode }, 'latest'])) as Hex
  await devnet.request('anvil_setCode', [at, code])
  const operator = `0x${'0f'.repeat(20)}`
  await devnet.request('anvil_impersonateAccount', [operator])
  await devnet.request('anvil_setBalance', [operator, toHex(10n ** 18n)])
  const args = [prices.weiPerByte, prices.weiPerGas]
  const data = encodeFunctionData({ abi, functionName: 'setPrices', args })
  const hash = await devnet.request('eth_sendTransaction', [{ from: operator, to: at, data }])
  for (let tries = 0; tries < 100; tries += 1) {
    const receipt = await devnet.request('eth_getTransactionReceipt', [hash])
    if (receipt) return
    await devnet.request('anvil_mine', ['0x1'])
  }
  throw new Error('the stand-in oracle took no prices')
}
