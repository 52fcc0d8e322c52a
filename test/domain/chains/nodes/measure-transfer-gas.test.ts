import { describe, expect, it } from 'vitest'
import { measureTransferGas } from '../../../../domain/chains/nodes/measure-transfer-gas.ts'
import {
  ChainAnswerBad,
  ChainRefused,
  ChainUnreachable,
  QuorumShort,
} from '../../../../domain/errors.ts'
import { keeper } from '../../../harness/factories/a-chain.ts'

const lacksFunds = 'failed with 50000000 gas: insufficient funds for transfer: address 0xee'

/** Measures at a node whose estimate depends on the transfer's value. `asked` lists the values. */
function measuredBy(answer: (valueWei: bigint) => bigint) {
  const asked: bigint[] = []
  const estimateGas = async ({ valueWei }: { readonly valueWei: bigint }) => {
    asked.push(valueWei)
    return { kind: 'gas' as const, gas: answer(valueWei) }
  }
  return { asked, gas: measureTransferGas({ estimateGas }, keeper) }
}

describe('measureTransferGas for an empty keeper', () => {
  it.each([
    ['one node rejects 1 wei', new ChainRefused(lacksFunds, -32000)],
    ['every node of a quorum rejects 1 wei', new QuorumShort(`endpoint 1: ${lacksFunds}`)],
  ])('estimates a transfer of 0 wei when %s', async (_, error) => {
    const { asked, gas } = measuredBy((valueWei) => {
      if (valueWei > 0n) throw error
      return 60_000n
    })
    expect(await gas).toBe(60_000n)
    expect(asked).toEqual([1n, 0n])
  })

  it.each([
    ['one node rejects both transfers', new ChainRefused(lacksFunds, -32000)],
    ['every node of a quorum rejects both transfers', new QuorumShort(`endpoint 1: ${lacksFunds}`)],
    ['one node answers 0 to both estimates', new ChainAnswerBad('eth_estimateGas came back as 0')],
  ])('returns undefined when %s', async (_, error) => {
    const { gas } = measuredBy(() => {
      throw error
    })
    expect(await gas).toBeUndefined()
  })

  it('throws when the node is unreachable, so that the caller can retry', async () => {
    const { gas } = measuredBy(() => {
      throw new ChainUnreachable('the node did not answer in time')
    })
    await expect(gas).rejects.toThrow(ChainUnreachable)
  })
})
