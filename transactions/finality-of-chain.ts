import type { Chain } from '../domain/chain.ts'
import { finalHeight } from '../domain/finality.ts'
import type { ChainState } from '../domain/ports/chain-state.ts'

/** The chain's highest final height now, undefined while it has none. */
export async function finalHeightOf(chain: Chain, state: ChainState): Promise<bigint | undefined> {
  const { tag } = chain.finality
  const head = await state.head()
  const tagged = tag === undefined ? undefined : await state.taggedHeight(tag)
  return finalHeight(chain.finality, head.number, tagged)
}
