import type { Address, Hash, Hex } from '../address.ts'
import type { Chain } from '../chains/chain.ts'
import { feesToSign } from '../chains/fees-to-sign.ts'
import type { ChainState } from '../chains/nodes/chain-state.ts'
import type { TransferGas } from '../chains/nodes/transfer-gas-limit.ts'
import { usableCoin } from '../deposits/usable-coin.ts'
import { draftOf, planStep, transferCall } from './plan-decision.ts'
import type { KeyFact, PlanFact, PlanFacts, PlanSubject, PlanVerdict } from './plan-step.ts'
import type { SweepStore } from './sweep-store.ts'

/** The sources of the facts of one plan. */
export interface PlanPorts {
  readonly chain: Chain
  readonly state: ChainState
  readonly sweeps: Pick<
    SweepStore,
    'coverLate' | 'isGone' | 'isOwnInterest' | 'dustOrder' | 'heldCoin'
  >
  readonly headHash: Hash
  proveKey(wallet: Address): Promise<KeyFact>
  /** Gas of a token transfer whose simulation succeeded. */
  estimate(call: {
    readonly from: Address
    readonly to: Address
    readonly data: Hex
  }): Promise<NonNullable<PlanFacts['estimate']>>
  transferGas(
    transfer: { readonly from: Address; readonly to: Address; readonly valueWei: bigint },
    atBlock: Hash,
  ): Promise<TransferGas>
  /** Recorded gas of a plain transfer on the chain. */
  recordedGas(): Promise<bigint>
}

/** Reads facts until `planStep` has a verdict. Each fact is read once. */
export async function readPlan(subject: PlanSubject, ports: PlanPorts): Promise<PlanVerdict> {
  let facts: PlanFacts = {}
  for (;;) {
    const step = planStep(subject, { ...facts, nowMs: Date.now() })
    if (step.kind !== 'need') return step
    facts = { ...facts, [step.fact]: await readers[step.fact](subject, facts, ports) }
  }
}

type Reader<F extends PlanFact> = (
  subject: PlanSubject,
  facts: PlanFacts,
  ports: PlanPorts,
) => Promise<PlanFacts[F]>

const readers: { readonly [F in PlanFact]: Reader<F> } = {
  balance: ({ asset, deposit: { wallet } }, _, { state, headHash }) =>
    asset.id === 'native'
      ? state.nativeBalance(wallet, headHash)
      : state.tokenBalance(asset.id, wallet, headHash),
  covered: ({ deposit }, { balance = 0n }, { sweeps }) => sweeps.coverLate(deposit.id, balance),
  ownInterest: ({ deposit }, _, { sweeps }) => sweeps.isOwnInterest(deposit.id),
  gone: ({ deposit }, { balance = 0n }, { sweeps }) => sweeps.isGone(deposit.id, balance),
  dustOrder: async ({ deposit }, _, { sweeps }) => (await sweeps.dustOrder(deposit.id)) ?? null,
  key: ({ deposit }, _, ports) => ports.proveKey(deposit.wallet),
  simulated: (subject, { balance = 0n }, { state, headHash }) =>
    state.simulate(transferCall(subject, balance), headHash),
  estimate: (subject, { balance = 0n }, ports) => ports.estimate(transferCall(subject, balance)),
  async transferGas({ chain: { coldWallet }, deposit }, _, ports) {
    // If the cold wallet has code (a Safe), the gas is estimated with a value of 1 wei, because the
    // final value depends on the gas.
    const transfer = { from: deposit.wallet, to: coldWallet, valueWei: 1n }
    const limit = await ports.transferGas(transfer, ports.headHash)
    if (limit.kind === 'reverted')
      throw new Error(`native transfer to the cold wallet reverts: ${limit.reason}`)
    return limit
  },
  recordedGas: (_, __, ports) => ports.recordedGas(),
  fees: async (_, __, { chain, state }) => feesToSign(chain, await state.feeQuote()),
  async l1FeeWei(subject, facts, { state }) {
    if (facts.fees?.kind !== 'fees') return 0n
    return await state.rollupFee(draftOf(subject, facts, facts.fees.fees))
  },
  async walletWei({ deposit: { chainId, wallet } }, _, { state, headHash, sweeps }) {
    const balanceWei = await state.nativeBalance(wallet, headHash)
    return usableCoin(balanceWei, await sweeps.heldCoin(chainId, wallet))
  },
  hasCode: async ({ deposit }, _, { state, headHash }) =>
    (await state.code(deposit.wallet, headHash)) !== '0x',
}
