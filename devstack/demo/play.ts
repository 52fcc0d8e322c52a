import type { Stack } from '../services/stack-of-services.ts'
import { chooseDisplay } from './display/choose-display.ts'
import { describeRows } from './display/describe-row.ts'
import type { Display } from './display/display.ts'
import { describeVerdict, failedLines } from './display/final-table.ts'
import { listenToKeeper } from './display/keeper-news.ts'
import { lastErrors } from './display/last-errors.ts'
import { NEEDS_ATTENTION, webUiPages } from './display/operator-hints.ts'
import { openRows } from './display/rows.ts'
import { watchRows } from './display/watch.ts'
import { bookChecks, readBooks } from './judge/books.ts'
import { judge, type Verdict } from './judge/judge.ts'
import type { Check, Parties } from './judge/ledger.ts'
import { readChain } from './judge/read-chain.ts'
import { ALL_DEPOSITS } from './script/script.ts'
import { sentBy } from './script/sent.ts'
import type { Stage } from './stage/prepare.ts'
import { playStory } from './story.ts'

/**
 * Plays the story and prints the final sums. The last line is PASS or FAIL. Returns whether the run
 * passed. Prints nothing once `stop` has fired.
 */
export async function play(
  stack: Stack,
  stage: Stage,
  startedAt: number,
  stop: AbortSignal,
): Promise<boolean> {
  const display = chooseDisplay(describeRows(stage.cast.wallets, stage.assets), startedAt, stop)
  const failure = await showStory(stack, stage, display).then(
    () => undefined,
    (error: Error) => error,
  )
  display.end()
  if (stop.aborted) return false
  const verdict = await reachVerdict(stage).catch((error: Error) => error)
  if (stop.aborted) return false

  const accounts = verdict instanceof Error ? [verdict.message] : describeVerdict(verdict)
  const failed = verdict instanceof Error ? ['accounts'] : failedLines(verdict.checks)
  const pass = failure === undefined && failed.length === 0
  console.log(['', ...accounts, ''].join('\n'))
  if (failure) console.log(failure.message)
  if (!pass) console.log(lastErrors(stage.product.logFiles).join('\n'))
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(0)
  console.log(
    pass
      ? `PASS in ${seconds} s`
      : `FAIL: ${[...(failure ? ['story'] : []), ...failed].join(', ')}`,
  )
  return pass
}

async function showStory(stack: Stack, stage: Stage, display: Display): Promise<void> {
  const pages = announceWebUi(stack, stage, display)
  const reader = openRows(stage.databases.own)
  const { RABBITMQ_URL, RABBITMQ_PREFIX } = stage.env
  const news = await listenToKeeper(RABBITMQ_URL, RABBITMQ_PREFIX, (text) => display.note(text))
  const watch = watchRows(reader, {
    onRead: (rows, changes) => display.rows(rows, changes),
    abort: () =>
      stage.product.problem() ??
      (stage.anvil.process.exitCode === undefined ? undefined : 'anvil ended'),
  })
  try {
    await playStory({
      stage,
      watch,
      reader,
      display,
      temporalCli: stack.env['TEMPORAL_CLI_PATH'] ?? 'temporal',
      needsAttentionPage: pages?.needsAttention,
    })
  } finally {
    await watch.close()
    await Promise.all([reader.close(), news.close()])
  }
}

function announceWebUi(stack: Stack, stage: Stage, display: Display) {
  const ui = stack.env['TEST_TEMPORAL_UI']
  const pages = ui ? webUiPages(ui, stage.env.TEMPORAL_NAMESPACE) : undefined
  display.note(
    [
      `Temporal namespace ${stage.env.TEMPORAL_NAMESPACE}${pages ? '' : ', Web UI not started by this run'}`,
      ...(pages ? [`    Web UI           ${pages.sweeps}`] : []),
      `    needs attention  ${NEEDS_ATTENTION}`,
      ...(pages ? [`                     ${pages.needsAttention}`] : []),
      `    coldsweep by hand: . ${stage.envFile}`,
    ].join('\n'),
  )
  return pages
}

/** Judges the run by the chain alone, then compares coldsweep's own rows with the chain. */
async function reachVerdict(stage: Stage): Promise<Verdict> {
  const { cast, assets, tokens, devnet, databases } = stage
  const lower = (address: string) => address.toLowerCase() as `0x${string}`
  const parties: Parties = {
    cold: lower(cast.cold.address),
    keeper: lower(cast.keeper.address),
    wallets: cast.wallets.map(({ name, address }) => ({ name, address: lower(address) })),
  }
  const everyone = [parties.cold, parties.keeper, ...parties.wallets.map((it) => it.address)]
  const facts = await readChain(devnet.client, everyone, tokens)
  const verdict = judge(facts, parties, assets, sentBy(ALL_DEPOSITS, cast, assets))
  const rows: Check[] = bookChecks(assets, verdict.ledgers, await readBooks(databases.own, assets))
  return { ...verdict, checks: [...verdict.checks, ...rows] }
}
