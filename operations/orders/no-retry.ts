import type { Deposit } from '../../domain/deposits/deposit.ts'
import { formatState, isTerminal } from '../../domain/deposits/deposit-state.ts'
import { isOperatorDoubt, isRejected } from '../../domain/deposits/doubt.ts'
import type { Wording } from '../explain/answer.ts'
import { whatNext } from '../views/what-next.ts'

/** Why a retry is refused, and what the operator does instead. Both are sentences. */
export interface NoRetry {
  readonly why: string
  readonly hint: string
}

/** Returns why a retry cannot move the deposit; undefined if a retry may move it. */
export function whyNoRetry(deposit: Deposit, wording: Wording): NoRetry | undefined {
  const { id, state, reason, confirmedAt } = deposit
  const said = `${id} is ${formatState(state, reason)}`
  if (isTerminal(state)) {
    const { why, hint } = whyTerminal(deposit, wording)
    return { why: `${said}: ${why}`, hint }
  }
  if (confirmedAt !== null) return undefined
  const { next } = whatNext(deposit)
  const { commands } = wording
  if (isOperatorDoubt(reason)) {
    const [credit, reject] = (['approve', 'skip'] as const).map((verb) =>
      commands.order(verb, id, 'checked in a block explorer'),
    )
    return {
      why: `${said}: it is not credited yet, so it has no workflow; ${next}`,
      hint: `"${credit}" or "${reject}"`,
    }
  }
  if (reason !== '') {
    return {
      why: `${said}: it is not credited yet, so it has no workflow`,
      hint: `${next}; "${commands.sweep(id)}" shows its progress`,
    }
  }
  return {
    why: `${said}: its block is not final yet, so it has no workflow`,
    hint: `wait for the scanner; "${commands.sweep(id)}" shows its progress`,
  }
}

function whyTerminal(deposit: Deposit, { commands, names }: Wording): NoRetry {
  const { id, chainId, asset, wallet, state, reason, txHash } = deposit
  const show = `"${commands.sweep(id)}" shows`
  if (state === 'done') {
    return { why: 'it was swept to the cold wallet', hint: `${show} its sweep` }
  }
  if (state === 'orphaned') {
    if (reason === 'replaced') {
      return {
        why: 'deposits that were found later explain the whole opening balance and are swept themselves',
        hint: `${show} who adopted it`,
      }
    }
    return {
      why: 'a reorg removed its block; it continues by itself if the chain includes its transaction again',
      hint: `"${commands.explain(txHash)}" asks the chain for the transaction`,
    }
  }
  if (reason === 'dust') {
    const symbol = asset === 'native' ? names.symbol(chainId, 'native') : asset
    return {
      why: 'the wallet’s balance is below the asset’s minimum, so a plan leaves it again; the wallet’s next sweep of this asset takes it',
      hint: `"${commands.sweepDust(chainId, symbol, wallet)}" shows what its sweep brings and costs; with --order it sweeps the dust`,
    }
  }
  if (isRejected(deposit)) {
    return {
      why: 'an operator rejected it, so it is never credited; only a reorg that includes it in another block ends the rejection',
      hint: `${show} who rejected it and why`,
    }
  }
  return {
    why: 'an operator left its amount in the wallet; the wallet’s next sweep of this asset takes it',
    hint: `${show} who decided so and why`,
  }
}

/**
 * Returns advice for a deposit that a retry was asked for: the order that ends its wait where a
 * retry does not, or the next step.
 */
export function retryAdvice(deposit: Deposit, { commands }: Pick<Wording, 'commands'>): string {
  const { id, chainId, asset, state, reason } = deposit
  const { next } = whatNext(deposit)
  if (state === 'needs-attention') return `if it fails again: ${next}`
  if (state !== 'waiting') return `its workflow finishes the current step first: ${next}`
  const [kind, holder = ''] = reason.split(' ')
  const command = {
    approval: commands.order('approve', id, 'checked and approved'),
    paused: commands.order('resume', id, 'the pause is over'),
    'chain-paused': commands.resumeChain(chainId, 'the pause is over'),
    'asset-paused': commands.resumeAsset(chainId, asset, 'the cause is fixed'),
    'held-by': commands.explain(holder),
    'keeper-low': commands.keeper(chainId),
  }[kind ?? '']
  const ends =
    kind === 'queued' || kind === 'joint-sweep'
      ? next
      : `a retry does not end this wait by itself: ${next}`
  return command === undefined ? ends : `${ends}\n  $ ${command}`
}
