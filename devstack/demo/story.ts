import type { Display } from './display/display.ts'
import { retryArguments, shellCommand, signalArguments } from './display/operator-hints.ts'
import type { Row, RowReader } from './display/rows.ts'
import type { Watch } from './display/watch.ts'
import { findAsset } from './script/assets.ts'
import { personNamed } from './script/cast.ts'
import { FIRST_DEPOSITS, LATER_DEPOSITS, PAUSED_DEPOSIT, UNLISTED_WALLET } from './script/script.ts'
import { addWallets } from './stage/central-database.ts'
import { payKeeper, type Stage } from './stage/prepare.ts'
import { COLDSWEEP } from './stage/product.ts'
import { type SentDeposit, sendDeposits } from './stage/send-deposits.ts'
import { pauseCall } from './stage/tokens-on-chain.ts'

/**
 * Longest wait for an expected state. It is long for a busy machine; an idle machine needs a tenth.
 */
const PATIENCE_MS = 180_000
const REFILL = '1'

/** The parts of the demo that every scene uses. */
export interface Scene {
  stage: Stage
  watch: Watch
  reader: RowReader
  display: Display
  /** Path of the CLI that belongs to the running Temporal server. */
  temporalCli: string
  needsAttentionPage: string | undefined
}

/**
 * Plays every scene in order. Throws when coldsweep misses an expected state within `PATIENCE_MS`.
 */
export async function playStory(scene: Scene): Promise<void> {
  const { stage, watch, display } = scene
  const first = await startAndDeposit(scene)
  await Promise.all([
    watch.until('sweeps to wait for a keeper that is short', PATIENCE_MS, (rows) =>
      atLeast(2, rows, isKeeperLow),
    ),
    watch.until('the paused token to need attention', PATIENCE_MS, (rows) =>
      rows.some(isTokenRefused),
    ),
    listWalletAfterDeposit(scene, first),
  ])
  const stuck = watch.rows().find(isTokenRefused)
  if (!stuck) throw new Error('the deposit of the paused token left its state without a retry')
  display.note(howToRetry(scene, stuck))

  const short = new Set(watch.rows().flatMap((row) => (isKeeperLow(row) ? [row.id] : [])))
  await payKeeper(stage.devnet, stage.cast, REFILL)
  display.note(`refilled the gas keeper with ${REFILL} ETH; waiting sweeps resume on their own`)
  await watch.until('a sweep to resume after the refill', PATIENCE_MS, (rows) =>
    rows.some(({ id, state }) => short.has(id) && !state.startsWith('waiting')),
  )
  await stage.product.kill('worker')
  display.note('killed the worker with SIGKILL while sweeps are in progress')
  const [later] = await Promise.all([
    depositWithoutWorker(scene),
    stage.product.start('worker').then(() => display.note('a new worker is ready')),
    retryStuck(scene, stuck),
  ])

  const deposits = [...first, ...later]
  await watch.until('every deposit to come to its end', PATIENCE_MS, (rows) =>
    deposits.every((deposit) => hasEnded(deposit, rows)),
  )
}

/** Starts scanner and worker together. Customers send their deposits once the scanner is ready. */
async function startAndDeposit({ stage, display }: Scene): Promise<SentDeposit[]> {
  const { devnet, cast, assets, product } = stage
  const token = findAsset(assets, PAUSED_DEPOSIT.asset).token
  if (!token) throw new Error('only a token can be paused')
  display.note('starting the scanner and the worker')
  const [sent] = await Promise.all([
    product.start('scanner').then(async () => {
      display.note(`the scanner is ready (${product.readyUrl('scanner')}); customers deposit`)
      const ordinary = sendDeposits(devnet.customers, cast, assets, FIRST_DEPOSITS)
      const refused = sendDeposits(devnet.operator, cast, assets, [PAUSED_DEPOSIT])
      const paused = devnet.operator.send(pauseCall(token, true))
      const deposits = [...(await ordinary), ...(await refused)]
      await devnet.mined([await paused])
      display.note(`the owner of ${PAUSED_DEPOSIT.asset} pauses the token right after a deposit`)
      return deposits
    }),
    product
      .start('worker')
      .then(() =>
        display.note(`the worker is ready (${product.readyUrl('worker')}, metrics at /metrics)`),
      ),
  ])
  for (const { hash, fails } of sent) await devnet.mined([hash], fails ? 'reverted' : 'success')
  return sent
}

/**
 * Adds a wallet to the central table only after the scanner has passed the block of its deposit.
 */
async function listWalletAfterDeposit(
  { stage, watch, reader, display }: Scene,
  sent: readonly SentDeposit[],
): Promise<void> {
  const person = personNamed(stage.cast, UNLISTED_WALLET)
  const deposit = sent.find(({ to }) => to === UNLISTED_WALLET)
  if (!deposit) throw new Error(`the script has no deposit of ${UNLISTED_WALLET}`)
  const { blockNumber } = await stage.devnet.client.getTransactionReceipt({ hash: deposit.hash })
  await watch.until(
    'the scanner to pass the block of an unlisted wallet',
    PATIENCE_MS,
    async () => (await reader.confirmedHeight()) >= Number(blockNumber),
  )
  await addWallets(stage.databases.central, [person])
  display.note(
    `added ${person.name}'s wallet to the central table, after the scanner passed block ${blockNumber} with its deposit`,
  )
}

/** Sends deposits while no worker runs. The scanner keeps scanning. */
async function depositWithoutWorker({ stage }: Scene): Promise<SentDeposit[]> {
  const { devnet, cast, assets } = stage
  const later = await sendDeposits(devnet.customers, cast, assets, LATER_DEPOSITS)
  await devnet.mined(later.map(({ hash }) => hash))
  return later
}

/** Unpauses the token and retries its deposit, as an operator would. */
async function retryStuck({ stage, display }: Scene, stuck: Row): Promise<void> {
  const { devnet, assets, product } = stage
  const { token } = findAsset(assets, PAUSED_DEPOSIT.asset)
  if (token) await devnet.mined([await devnet.operator.send(pauseCall(token, false))])
  display.note(`${PAUSED_DEPOSIT.asset} is no longer paused; running the retry command from above`)
  await product.verb('retry', retryArguments(stuck))
}

function howToRetry(scene: Scene, stuck: Row): string {
  const { temporalCli, needsAttentionPage, stage } = scene
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = stage.env
  const signal = [temporalCli, ...signalArguments(stuck, { address, namespace })]
  return [
    `${PAUSED_DEPOSIT.to}'s deposit needs an operator: ${stuck.detail}. Once the token works again, retry it with either command:`,
    `    . ${stage.envFile} && ${shellCommand(['node', ...COLDSWEEP, ...retryArguments(stuck)])}`,
    `    ${shellCommand(signal)}`,
    ...(needsAttentionPage ? [`    Web UI: ${needsAttentionPage}`] : []),
  ].join('\n')
}

const isKeeperLow = ({ state }: Row) => state === 'waiting(keeper-low)'
const isTokenRefused = ({ state }: Row) => state === 'needs-attention(token-refused)'
function atLeast(count: number, rows: readonly Row[], is: (row: Row) => boolean): boolean {
  return rows.filter(is).length >= count
}

function hasEnded({ hash, end }: SentDeposit, rows: readonly Row[]): boolean {
  const row = rows.find(({ txHash }) => txHash === hash)
  return end === 'no deposit' ? row === undefined : row?.state === end
}
