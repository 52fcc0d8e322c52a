import { formatState } from '../../domain/deposits/deposit-state.ts'
import type { DepositView } from '../../domain/deposits/deposit-view.ts'
import { isOperatorDoubt, isRejected } from '../../domain/deposits/doubt.ts'
import type { ChainRows } from '../../domain/scan/explain-rows.ts'
import { whatNext } from '../views/what-next.ts'
import type { Answer, Wording } from './answer.ts'

/** Why a deposit of a known row is where it is. */
export function explainDeposit(
  { deposit, sweepTx }: DepositView,
  rows: Pick<ChainRows, 'scanner' | 'pausedReason' | 'coldWallet'>,
  { commands, names }: Wording,
): Answer {
  const { id, state, reason, detail } = deposit
  const words = formatState(state, reason)
  const show = commands.sweep(id)
  const because = (cause: Answer['cause'], why: string, ...more: string[]): Answer => ({
    cause,
    why: detail === '' ? why : `${why} (${detail})`,
    commands: [...more, show],
  })
  const { next } = whatNext(deposit)
  switch (state) {
    case 'done':
      return because(
        'swept',
        `credited, and swept to the cold wallet${sweepTx ? ` by ${sweepTx}` : ''}`,
      )
    case 'orphaned':
      return because(
        'orphaned',
        `a reorg removed block ${deposit.blockNumber} that contained it, so it is not credited; it continues if the chain includes it again`,
      )
    case 'ignored':
      return explainIgnored(
        because,
        deposit,
        commands.sweepDust(
          deposit.chainId,
          deposit.asset === 'native' ? names.symbol(deposit.chainId, 'native') : deposit.asset,
          deposit.wallet,
        ),
      )
    case 'detected':
    case 'confirming':
      if (isOperatorDoubt(reason)) {
        return because(
          'in-doubt',
          `${words}: ${next}`,
          commands.order('approve', id, 'checked in a block explorer'),
        )
      }
      if (reason !== '') return because('not-agreed', `${words}: ${next}`)
      return because('not-final', notFinal(deposit.blockNumber, rows))
    case 'needs-attention':
      return because(
        'needs-attention',
        `credited, but not swept: ${words}: ${next}`,
        ...(reason === 'lane-behind' ? [commands.recover(deposit.chainId, 'lane behind')] : []),
        ...(whatNext(deposit).retry && reason !== 'lane-behind'
          ? [commands.order('retry', id, 'the cause is fixed')]
          : []),
      )
    case 'waiting':
      return explainWaiting()
    default:
      if (rows.pausedReason !== null && state === 'funding') return paused(rows.pausedReason)
      return because('sweeping', `credited; ${words}: ${next}`)
  }

  function paused(why: string): Answer {
    return because(
      'chain-paused',
      `credited, but not swept: ${names.chainName(deposit.chainId)} is paused (${why})`,
      commands.resumeChain(deposit.chainId, 'the pause is over'),
    )
  }

  function explainWaiting(): Answer {
    if (reason === 'approval') {
      return because(
        'held',
        `credited, but not swept: ${next}`,
        commands.order('approve', id, 'checked and approved'),
      )
    }
    if (reason === 'paused') {
      const resume = commands.order('resume', id, 'the pause is over')
      return because('held', `credited, but not swept: ${next}`, resume)
    }
    const [kind, holder] = reason.split(' ')
    if (kind === 'held-by' && holder !== undefined) {
      return because('held', `credited, but not swept: ${next}`, commands.explain(holder))
    }
    if (rows.pausedReason !== null) return paused(rows.pausedReason)
    if (reason === 'asset-paused') {
      const resume = commands.resumeAsset(deposit.chainId, deposit.asset, 'the cause is fixed')
      return because('waiting', `credited, but not swept: ${next}`, resume)
    }
    const keeper = reason === 'keeper-low' ? [commands.keeper(deposit.chainId)] : []
    return because('waiting', `credited, but not swept yet: ${words}: ${next}`, ...keeper)
  }
}

function explainIgnored(
  because: (cause: Answer['cause'], why: string, ...commands: string[]) => Answer,
  deposit: DepositView['deposit'],
  sweepDust: string,
): Answer {
  if (isRejected(deposit)) {
    return because('skipped', `not credited: an operator rejected it, ${deposit.reason}`)
  }
  if (deposit.reason === 'dust') {
    return because(
      'below-minimum',
      'credited, but not swept alone: the wallet’s balance is below the asset’s minimum; it moves with the wallet’s next sweep of this asset; this command shows what sweeping it now brings and costs',
      sweepDust,
    )
  }
  return because(
    'skipped',
    `credited, but left in the wallet: ${deposit.reason}; the wallet’s next sweep of this asset takes it`,
  )
}

function notFinal(height: bigint, { scanner }: Pick<ChainRows, 'scanner'>): string {
  const final = scanner?.finalHeight
  const where =
    final == null
      ? 'the scanner knows no final block yet'
      : final >= height
        ? `the scanner is about to confirm it: block ${final} is final`
        : `block ${final} is final, ${height - final} blocks before it`
  return `found in block ${height}, which is not final yet; ${where}`
}
