import { getAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChainNodes } from '../../../../adapters/viem/client.ts'
import {
  compareWithNative,
  nativeTokenProblems,
} from '../../../../adapters/viem/tokens/native-as-token.ts'
import { checkCoinTokens } from '../../../../cli/checks/check-tokens.ts'
import { Secret } from '../../../../config/schema/secret.ts'
import { type Address, toAddress } from '../../../../domain/address.ts'
import { type Devnet, openDevnet } from '../../../harness/devnet/devnet.ts'
import { type OwnAnvil, ownAnvil } from '../../../harness/devnet/own-anvil.ts'
import { drawAddress } from '../../../harness/factories/seed-rows.ts'

/** Contract code whose `balanceOf(holder)` returns the holder's native balance, as on CELO. */
const mirror = '0x6004353160005260206000f3'
const coin = toAddress(drawAddress())
const keeper = toAddress(drawAddress())
const coldWallet = toAddress(drawAddress())

describe('detection of a token that is the native coin (MONEY 13)', () => {
  let anvil: OwnAnvil
  let devnet: Devnet
  let plain: Address
  beforeAll(async () => {
    anvil = await ownAnvil()
    devnet = openDevnet(anvil)
    const token = await devnet.deployToken('plain-token', 'USDT', 18)
    plain = toAddress(token.address)
    await devnet.request('anvil_setCode', [coin, mirror])
  })
  afterAll(() => anvil?.stop())

  const nodes = (url = anvil.url) => createChainNodes({ chainId: anvil.chainId, urls: [url] })
  const compare = (token: Address, addresses: readonly Address[] = [keeper, coldWallet]) =>
    compareWithNative(anvil.chainId, nodes(), { token, decimals: 18, addresses })
  const chain = (token: Address) => ({
    id: anvil.chainId,
    tokens: [{ id: token, symbol: 'COIN', decimals: 18, min: 1n }],
    coldWallet,
    gasKeeper: { address: keeper, alertBelow: 1n, maxInFlight: 4 },
  })

  it('finds the token even if keeper and cold wallet are empty', async () => {
    expect(await compare(coin)).toBe('proven')
    expect(await compare(plain)).toBe('different')
  })

  it('reports an ordinary token as different even if a holder has 5 units of it and of the native coin', async () => {
    const holder = toAddress(drawAddress())
    await devnet.setEther(holder, 5)
    const [minter] = [await devnet.deployToken('plain-token', 'EVEN', 18)]
    await devnet.payToken(minter, holder, 5n * 10n ** 18n)
    expect(await compare(toAddress(minter.address), [holder])).toBe('different')
  })

  it('`config check` reports an error with the path of the token’s address, and accepts an ordinary token', async () => {
    const asked = (token: Address) =>
      ({ ...chain(token), rpcUrls: [new Secret(anvil.url)] }) as never
    const [finding] = await checkCoinTokens(asked(coin), 'chains[0]')
    expect(finding).toMatchObject({
      severity: 'error',
      code: 'token-is-coin',
      where: 'chains[0].tokens[0].address',
    })
    expect(finding?.what).toContain(getAddress(coin))
    expect(await checkCoinTokens(asked(plain), 'chains[0]')).toEqual([])
  })

  it('forbids a start with the token, but not a start with an unreachable node', async () => {
    const errors: unknown[] = []
    const told = (error: unknown) => void errors.push(error)
    const [problem] = await nativeTokenProblems(chain(coin) as never, nodes(), told)
    expect(problem).toContain('is the native coin as an ERC-20')
    expect(await nativeTokenProblems(chain(plain) as never, nodes(), told)).toEqual([])
    expect(errors).toEqual([])
    const away = nodes('http://127.0.0.1:1')
    expect(await nativeTokenProblems(chain(coin) as never, away, told)).toEqual([])
    expect(errors).toHaveLength(1)
  })
})
