import type { Display } from './display/display.ts'
import type { Row, RowReader } from './display/rows.ts'
import type { Watch } from './display/watch.ts'
import { retryArguments, shellCommand, signalArguments } from './retry-commands.ts'
import { findAsset } from './script/assets.ts'
import { personNamed } from './script/cast.ts'
import { FIRST_DEPOSITS, LATE_WALLET, LATER_DEPOSITS, PAUSED_DEPOSIT } from './script/script.ts'
import { addWallets } from './stage/central-database.ts'
import { payKeeper, type Stage } from './stage/prepare.ts'
import { COLDSWEEP } from './stage/product.ts'
import { type SentDeposit, sendDeposits } from './stage/send-deposits.ts'
import { pauseCall } from './stage/tokens-on-chain.ts'

/** Generous, for a machine that does other things; a story told on a quiet one takes a tenth. */
const PATIENCE_MS = 180_000
const REFILL = '1'

export interface Scene {
  stage: Stage
  watch: Watch
  reader: RowReader
  display: Display
  /** The CLI of the Temporal that runs. */
  temporalCli: string
  needsAttentionPage: string | undefined
}

/** What happens, in order. Throws where coldsweep does not do in time what it should. */
export async function tellStory(scene: Scene): Promise<void> {
  const { stage, watch, display } = scene
  const first = await startAndDeposit(scene)
  await Promise.all([
    watch.until('sweeps to wait for a keeper that is short', PATIENCE_MS, (rows) =>
      atLeast(2, rows, isKeeperLow),
    ),
    watch.until('the paused token to need attention', PATIENCE_MS, (rows) =>
      rows.some(isTokenRefused),
    ),
    addLateWallet(scene, first),
  ])
  const stuck = watch.rows().find(isTokenRefused)
  if (!stuck) throw new Error('the deposit of the paused token has left its state by itself')
  display.note(howToRelease(scene, stuck))

  const short = new Set(watch.rows().flatMap((row) => (isKeeperLow(row) ? [row.id] : [])))
  await payKeeper(stage.devnet, stage.cast, REFILL)
  display.note(`the gas keeper is refilled with ${REFILL} ETH: waiting sweeps go on by themselves`)
  await watch.until('a sweep to go on after the refill', PATIENCE_MS, (rows) =>
    rows.some(({ id, state }) => short.has(id) && !state.startsWith('waiting')),
  )
  await stage.product.kill('worker')
  display.note('the worker is killed (SIGKILL), sweeps under way')
  const [later] = await Promise.all([
    depositWithoutWorker(scene),
    stage.product.start('worker').then(() => display.note('another worker is ready')),
    release(scene, stuck),
  ])

  const deposits = [...first, ...later]
  await watch.until('every deposit to come to its end', PATIENCE_MS, (rows) =>
    deposits.every((deposit) => hasEnded(deposit, rows)),
  )
}

/** Scanner and worker come up together; deposits begin with the scanner. */
async function startAndDeposit({ stage, display }: Scene): Promise<SentDeposit[]> {
  const { devnet, cast, assets, product } = stage
  const token = findAsset(assets, PAUSED_DEPOSIT.asset).token
  if (!token) throw new Error('only a token can be paused')
  display.note('starting scanner and worker')
  const [sent] = await Promise.all([
    product.start('scanner').then(async () => {
      display.note(
        `the scanner follows the chain: customers deposit (${product.readyUrl('scanner')})`,
      )
      const ordinary = sendDeposits(devnet.customers, cast, assets, FIRST_DEPOSITS)
      const refused = sendDeposits(devnet.operator, cast, assets, [PAUSED_DEPOSIT])
      const paused = devnet.operator.send(pauseCall(token, true))
      const deposits = [...(await ordinary), ...(await refused)]
      await devnet.mined([await paused])
      display.note(`${PAUSED_DEPOSIT.asset} is paused by its owner, right after a deposit`)
      return deposits
    }),
    product
      .start('worker')
      .then(() =>
        display.note(`the worker is ready: ${product.readyUrl('worker')}, /metrics beside it`),
      ),
  ])
  for (const { hash, fails } of sent) await devnet.mined([hash], fails ? 'reverted' : 'success')
  return sent
}

/** A wallet that the central table gets when the scanner has left its deposit's block behind. */
async function addLateWallet(
  { stage, watch, reader, display }: Scene,
  sent: readonly SentDeposit[],
): Promise<void> {
  const person = personNamed(stage.cast, LATE_WALLET)
  const deposit = sent.find(({ to }) => to === LATE_WALLET)
  if (!deposit) throw new Error(`the script has no deposit of ${LATE_WALLET}`)
  const { blockNumber } = await stage.devnet.client.getTransactionReceipt({ hash: deposit.hash })
  await watch.until(
    'the scanner to pass the block of a late wallet',
    PATIENCE_MS,
    async () => (await reader.confirmedHeight()) >= Number(blockNumber),
  )
  await addWallets(stage.databases.central, [person])
  display.note(
    `${person.name}'s wallet is in the central table only now, after block ${blockNumber} with its deposit was passed`,
  )
}

/** Nobody sweeps now; the scanner goes on. */
async function depositWithoutWorker({ stage }: Scene): Promise<SentDeposit[]> {
  const { devnet, cast, assets } = stage
  const later = await sendDeposits(devnet.customers, cast, assets, LATER_DEPOSITS)
  await devnet.mined(later.map(({ hash }) => hash))
  return later
}

/** The token is mended, and an operator says so. */
async function release({ stage, display }: Scene, stuck: Row): Promise<void> {
  const { devnet, assets, product } = stage
  const { token } = findAsset(assets, PAUSED_DEPOSIT.asset)
  if (token) await devnet.mined([await devnet.operator.send(pauseCall(token, false))])
  display.note(`${PAUSED_DEPOSIT.asset} is not paused any more: running the retry from above`)
  await product.verb('retry', retryArguments(stuck))
}

function howToRelease(scene: Scene, stuck: Row): string {
  const { temporalCli, needsAttentionPage, stage } = scene
  const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = stage.env
  const signal = [temporalCli, ...signalArguments(stuck, { address, namespace })]
  return [
    `${PAUSED_DEPOSIT.to}'s deposit needs a person: ${stuck.detail}. When the token is mended, release it by either of:`,
    `    . ${stage.envFile} && ${shellCommand(['node', ...COLDSWEEP, ...retryArguments(stuck)])}`,
    `    ${shellCommand(signal)}`,
    ...(needsAttentionPage ? [`    it shows in ${needsAttentionPage}`] : []),
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
