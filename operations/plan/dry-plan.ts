import type { Address, Hash } from '../../domain/address.ts'
import { type Chain, findAsset } from '../../domain/chains/chain.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import {
  recordedTransferGas,
  transferGasLimit,
} from '../../domain/chains/nodes/transfer-gas-limit.ts'
import type { TransferGasStore } from '../../domain/chains/transfer-gas.ts'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import type { WalletTable } from '../../domain/scan/explain-rows.ts'
import type { DryRun } from '../../domain/sweeps/plan-rows.ts'
import { judgeClaim, tokensFirst, unlistedAsset } from '../../domain/sweeps/plan-start.ts'
import type { KeyFact, PlanVerdict } from '../../domain/sweeps/plan-step.ts'
import { readPlan } from '../../domain/sweeps/read-plan.ts'
import { sweepWorkflowId } from '../../workflows/contract.ts'

export interface DryPlanPorts {
  readonly chain: Chain
  readonly state: ChainState
  readonly dry: DryRun
  readonly table: WalletTable
  readonly transferGas: Pick<TransferGasStore, 'read'>
}

/** A lease that a rolled-back claim takes. */
const leaseMs = 60_000

/**
 * Decides about a deposit as its next plan would, by the same functions as the plan activity, and
 * writes nothing.
 * @returns undefined where the next run makes no new plan: the deposit is finished, unconfirmed,
 * planned already, or needs attention
 */
export async function dryPlan(
  depositId: string,
  ports: DryPlanPorts,
): Promise<(PlanVerdict & { readonly keyChecked?: boolean }) | undefined> {
  const { chain, state, dry } = ports
  const recorded = { chain, state, transferGas: readOnly(ports) }
  const deposit = await dry.deposit(depositId)
  if (!deposit || !isOpen(deposit)) return undefined
  const asset = findAsset(chain, deposit.asset)
  if (!asset) return unlistedAsset(deposit, chain)
  if (asset.id === 'native' && (await dry.tokensGoFirst(deposit))) return tokensFirst
  const walletNonce = await state.minedNonce(deposit.wallet)
  const claim = await dry.claim(deposit, sweepWorkflowId(deposit.id), leaseMs, walletNonce)
  if (claim.kind === 'terminal') return undefined
  if (claim.kind !== 'mine') return judgeClaim(claim, deposit, asset)
  const head = await state.head()
  const needed = claim.lastMinedBlock ?? 0n
  if (head.number < needed || head.number < deposit.blockNumber) {
    const detail = `the node is at block ${head.number}, behind the wallet’s last block`
    return { kind: 'wait', reason: 'rpc-quorum', detail }
  }
  let keyChecked: boolean | undefined
  const verdict = await readPlan(
    { chain, asset, deposit, head: head.number },
    {
      chain,
      state,
      sweeps: dry,
      headHash: head.hash,
      async proveKey(wallet) {
        const key = await keyFact(ports.table, wallet)
        keyChecked = key.kind !== 'not-checked'
        return key
      },
      estimate: (call) => state.estimateGas({ ...call, valueWei: 0n }, head.number),
      transferGas: (transfer, atBlock: Hash) => transferGasLimit(recorded, transfer, atBlock),
      recordedGas: () => recordedTransferGas(recorded),
    },
  )
  return keyChecked === undefined ? verdict : { ...verdict, keyChecked }
}

/** A planned sweep is finished first, and an operator decides about `needs-attention`. */
function isOpen({ state, confirmedAt }: Deposit): boolean {
  return confirmedAt !== null && state === 'waiting'
}

async function keyFact(table: WalletTable, wallet: Address): Promise<KeyFact> {
  const proof = await table.proveKey(wallet)
  switch (proof.kind) {
    case 'missing':
      return { kind: 'key-missing', detail: `no key for ${wallet}` }
    case 'wrong': {
      const detail = `${proof.rows} key(s) for ${wallet}, but none fits the address`
      return { kind: 'key-mismatch', detail }
    }
    case 'not-checked':
      return { kind: 'not-checked' }
    case 'fits':
      return { kind: 'fits' }
  }
}

/** A measured gas that is not stored. */
const readOnly = ({ transferGas, chain }: DryPlanPorts) => ({
  read: () => transferGas.read(chain.id),
  recordFirst: async (
    _: number,
    measured: { readonly gas: bigint; readonly blockNumber: bigint; readonly measuredBy: string },
  ) => ({ ...measured, measuredAt: new Date() }),
})
