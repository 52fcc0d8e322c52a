import { type Client, WorkflowNotFoundError } from '@temporalio/client'
import { type Address, createPublicClient, http } from 'viem'
import type { ChainFacts } from '../../../devstack/demo/judge/chain-facts.ts'
import { judge } from '../../../devstack/demo/judge/judge.ts'
import { readChain } from '../../../devstack/demo/judge/read-chain.ts'
import { runCli } from '../processes/run-cli.ts'
import { eventually } from '../waiting/eventually.ts'
import type { FaultWorld } from './fault-world.ts'

/**
 * How long the judge waits for unfinished runs, messages and rows. Another worker continues a run
 * of a killed worker only after Temporal's timeout of a workflow task (10 s), and polls are slow on
 * a busy machine. A stuck run exceeds every limit.
 */
const endWithinMs = 120_000

/** An error in a finished world. `kind` names the guarantee that the error breaks. */
export interface Wrong {
  readonly kind: 'lost' | 'doubled' | 'stuck' | 'other'
  readonly says: string
}

/**
 * Creates a function that checks a world from outside: the chain by RPC, rows by SQL, workflows and
 * events as an external client. Only the last check uses coldsweep's code (`coldsweep reconcile`).
 * Caches the chain's blocks between calls.
 */
export function createJudge(world: FaultWorld): () => Promise<readonly Wrong[]> {
  const { deployment, assets } = world
  const client = createPublicClient({ transport: http(world.nodeUrl), cacheTime: 0 })
  const lower = (address: string) => address.toLowerCase() as Address
  let known: ChainFacts | undefined

  return async () => {
    const cold = lower(deployment.coldWallet)
    const keeper = lower(deployment.keeper)
    const wallets = world.wallets.map((address, n) => ({ name: `wallet ${n}`, address }))
    const holders = [cold, keeper, ...world.wallets]
    const tokens = assets.flatMap(({ token }) => token ?? [])
    known = await readChain(client, holders, tokens, known)
    const sent = world.payments.map((payment) => ({ ...payment, swept: true }))
    const verdict = judge(known, { cold, keeper, wallets }, assets, sent)
    return [
      ...verdict.checks.filter(({ holds }) => !holds).map(({ line, says }) => wrongOf(line, says)),
      ...(await rowsAgainstChain(world, known)),
      ...(await coverage(world)),
      ...(await leftovers(world)),
      ...(await runsAndEvents(world)),
      ...(await books(world)),
    ]
  }
}

const lost = (says: string): Wrong => ({ kind: 'lost', says })
const doubled = (says: string): Wrong => ({ kind: 'doubled', says })
const stuck = (says: string): Wrong => ({ kind: 'stuck', says })

function wrongOf(line: string, says: string): Wrong {
  const isTwice = line === 'gas once' || line === 'none wasted'
  const kind = isTwice ? 'doubled' : line === 'destinations' ? 'other' : 'lost'
  return { kind, says: `${line}: ${says}` }
}

/**
 * Checks that every mined transaction has a row, that every row has a mined transaction, and that
 * the nonces of each sender have no gap.
 */
async function rowsAgainstChain(
  { deployment, wallets }: FaultWorld,
  facts: ChainFacts,
): Promise<Wrong[]> {
  const rows = await deployment.sql<
    { sender: string; nonce: string; state: string; mined_hash: string | null; key: string }[]
  >`select sender, nonce, state, mined_hash, key from transactions order by sender, nonce`
  const attempts = await deployment.sql<{ hash: string }[]>`select hash from attempts`
  const signed = new Set<string>(attempts.map(({ hash }) => hash))
  const ours = new Set<string>([deployment.keeper.toLowerCase(), ...wallets])
  const mined = facts.transactions.filter(({ from }) => ours.has(from))
  const strangers = mined.filter(({ hash }) => !signed.has(hash))
  const hashes = new Set<string>(mined.map(({ hash }) => hash))
  const gaps = [...ours].filter((sender) => {
    const nonces = rows.filter((row) => row.sender === sender).map(({ nonce }) => Number(nonce))
    const sentByIt = mined.filter(({ from }) => from === sender).length
    return nonces.some((nonce, n) => nonce !== n) || sentByIt !== nonces.length
  })
  return [
    ...strangers.map(({ hash }) => doubled(`${hash} was mined and has no attempt`)),
    ...gaps.map((sender) => doubled(`nonces of ${sender} are not 0 to n, each mined once`)),
    ...rows
      .filter(({ state, mined_hash: hash }) => state !== 'succeeded' || !hash || !hashes.has(hash))
      .map(({ key, state }) => stuck(`transaction ${key} is ${state}`)),
  ]
}

/** Checks that each payment is one covered deposit, and that each sweep moved its deposits. */
async function coverage({ deployment, payments, assets }: FaultWorld): Promise<Wrong[]> {
  const rows = await deployment.sql<
    {
      tx_hash: string
      amount: string
      covered: boolean
      sweep_id: string
      state: string
      detail: string
    }[]
  >`select tx_hash, amount, covered, sweep_id, state, detail from deposits`
  const sweeps = await deployment.sql<
    {
      id: string
      asset: string
      emptied: boolean
      arrived: string
      coverable: string
      covered: string
    }[]
  >`select s.id, s.asset, s.emptied, s.arrived_amount as arrived, s.coverable_amount as coverable,
      coalesce((select sum(amount) from deposits d where d.sweep_id = s.id and d.covered), 0) as covered
    from sweeps s where s.outcome = 'swept'`
  const swept = new Set(sweeps.map(({ id }) => id))
  const isRight = ({ hash, amount }: (typeof payments)[number]) => {
    const its = rows.filter((row) => row.tx_hash === hash)
    const [row] = its
    if (its.length !== 1 || !row) return false
    const { state, covered, sweep_id, detail } = row
    return (
      state === 'done' &&
      detail === '' &&
      covered &&
      swept.has(sweep_id) &&
      BigInt(row.amount) === amount
    )
  }
  const short = sweeps.filter(({ asset, emptied, arrived, coverable, covered }) => {
    const isToken = assets.some(({ token }) => token === asset)
    if (isToken) return BigInt(arrived) !== BigInt(covered)
    // A token sweep may have used some of the wallet's own ETH for gas (MONEY 6).
    return BigInt(coverable) < BigInt(covered) && !emptied
  })
  return [
    ...payments
      .filter((payment) => !isRight(payment))
      .map(({ hash }) => lost(`${hash} is not one deposit, done and covered`)),
    ...(rows.length > payments.length ? [doubled('more deposits than payments')] : []),
    ...short.map(({ id }) => lost(`sweep ${id} did not bring what its deposits are`)),
  ]
}

/** Checks that no outbox message, open sweep, held lane or external transaction remains. */
async function leftovers({ deployment: { sql } }: FaultWorld): Promise<Wrong[]> {
  const count = async () => {
    const [row] = await sql<{ owed: number; open: number; held: number; external: number }[]>`
      select (select count(*)::int from outbox) as owed,
        (select count(*)::int from sweeps where closed_at is null) as open,
        (select count(*)::int from lanes where holder_sweep_id is not null) as held,
        (select count(*)::int from foreign_transactions) as external`
    return row ?? { owed: 0, open: 0, held: 0, external: 0 }
  }
  try {
    await eventually(count, (row) => Object.values(row).every((n) => n === 0), endWithinMs)
    return []
  } catch (error) {
    return [stuck(`outbox, open sweeps, held lanes, external transactions: ${words(error)}`)]
  }
}

/**
 * Checks that the workflow of each deposit, or of another deposit in the same sweep, has completed,
 * and that all events of each deposit were published at least once.
 */
async function runsAndEvents(world: FaultWorld): Promise<Wrong[]> {
  const { client, sql } = world.deployment
  const deposits = await sql<
    { id: string; event_seq: number; sweep_id: string }[]
  >`select id, event_seq, sweep_id from deposits`
  const missing = () =>
    deposits.flatMap(({ id, event_seq: last }) => {
      const published = new Set(
        world.events.filter((e) => e.depositId === id).map(({ seq }) => seq),
      )
      const all = Array.from({ length: last }, (_, n) => n + 1)
      return all.filter((seq) => !published.has(seq)).map((seq) => `${id} ${seq}`)
    })
  const unended = async () => {
    const ends = await Promise.all(
      deposits.map(async (deposit) => ({ ...deposit, end: await endOf(client, deposit.id) })),
    )
    // A deposit needs no run if the sweep of another deposit covered it before the intake consumed
    // its work message.
    const taken = new Set(ends.filter(({ end }) => end === 'COMPLETED').map((it) => it.sweep_id))
    return ends
      .filter(
        ({ end, sweep_id }) => end !== 'COMPLETED' && !(end === 'no run' && taken.has(sweep_id)),
      )
      .map(({ id, end }) => `${id} ${end}`)
  }
  const wrong: Wrong[] = []
  await eventually(missing, (some) => some.length === 0, endWithinMs).catch((error) => {
    wrong.push(lost(`events were not told: ${words(error)}`))
  })
  await eventually(unended, (some) => some.length === 0, endWithinMs).catch((error) => {
    wrong.push(stuck(`runs have not ended: ${words(error)}`))
  })
  return wrong
}

async function endOf(client: Client, depositId: string): Promise<string> {
  try {
    const run = client.workflow.getHandle(`sweep-${depositId.replaceAll(':', '-')}`)
    return (await run.describe()).status.name
  } catch (error) {
    // With `unknown` the caller polls again, because a lost answer must not end the caller's wait.
    return error instanceof WorkflowNotFoundError ? 'no run' : 'unknown'
  }
}

/** Checks that `coldsweep reconcile` succeeds. Polls, because reconcile reads an older block. */
async function books({ deployment: { env } }: FaultWorld): Promise<Wrong[]> {
  const look = () => runCli(['reconcile', '--json'], env)
  try {
    await eventually(look, ({ code }) => code === 0, endWithinMs)
    return []
  } catch (error) {
    return [{ kind: 'other', says: `reconcile does not balance: ${words(error)}` }]
  }
}

const words = (error: unknown) => (error instanceof Error ? error.message : String(error))
