import { loadConfig } from '../../config/load-config.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import { type Hash, isAddress, isHash, toAddress, toHash } from '../../domain/address.ts'
import { isOpening, parseDepositId } from '../../domain/deposits/deposit-id.ts'
import { createCommands } from '../../operations/explain/commands.ts'
import { explainAddress } from '../../operations/explain/explain-address.ts'
import {
  type ChainAnswer,
  explainTransaction,
} from '../../operations/explain/explain-transaction.ts'
import { parseDepositReference } from '../../operations/orders/deposit-reference.ts'
import { createAssetNames } from '../../operations/views/asset-names.ts'
import { describeAddress, describeTransaction } from '../render/describe-explain.ts'
import { usageError } from '../session/cli-error.ts'
import { askedChain, withExplainPorts } from '../session/explain-ports.ts'
import { exitCodes, type Outcome, type ReportedError, type Session } from '../session/outcome.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'

interface ExplainArguments {
  readonly subject: string
  readonly chain?: number
}

/**
 * Answers why a transaction was or was not credited and swept, or what an address is. Reads rows
 * and nodes, and writes nothing.
 */
export async function explain(args: ExplainArguments, session: Session): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const { hash, chainId = args.chain } = readSubject(args.subject)
  const picked = pickChains(config.chains, chainId)
  const asked = picked.map(askedChain)
  const left = config.chains.filter((one) => !picked.includes(one))
  const names = createAssetNames(config.chains)
  const wording = { names, commands: createCommands(session.self) }
  return await withDatabase(config.database, (db) =>
    withExplainPorts(db, session.env, async (ports) => {
      if (hash === undefined) {
        const data = await explainAddress(toAddress(args.subject), asked, ports, wording)
        return { data, text: (paint) => describeAddress(data, paint, new Date()) }
      }
      const chains = await explainTransaction(hash, asked, ports, wording)
      const verdict = verdictOf(hash, chains, left)
      const hints = (verdict.errors ?? []).map(({ message, hint }) => `\n\n${message}: ${hint}`)
      return {
        data: { txHash: hash, chains },
        text: (paint) => describeTransaction(hash, chains, paint) + hints.join(''),
        ...verdict,
      }
    }),
  )
}

function readSubject(subject: string): { readonly hash?: Hash; readonly chainId?: number } {
  if (isAddress(subject)) return {}
  if (isHash(subject)) return { hash: toHash(subject) }
  const reference = parseDepositReference(subject)
  if (reference?.kind !== 'deposit') {
    throw usageError(
      `expected a transaction hash, an address or a deposit id, got "${subject.slice(0, 120)}"`,
      'a hash has "0x" and 64 hex digits, an address "0x" and 40',
    )
  }
  const { txHash, chainId, position } = parseDepositId(reference.id)
  if (isOpening(position)) {
    throw usageError(
      `${reference.id} is an opening balance: no transaction paid it`,
      `"coldsweep sweep ${reference.id}" shows it, and who adopted it`,
    )
  }
  return { hash: txHash, chainId }
}

/**
 * A transaction that no chain has is a failure, and an unreachable chain leaves it open.
 * @param left configured chains that were not asked
 */
function verdictOf(
  hash: Hash,
  chains: readonly ChainAnswer[],
  left: readonly Pick<ChainConfig, 'id' | 'name'>[],
): Pick<Outcome, 'errors' | 'exitCode'> {
  const isFound = chains.some(
    ({ status, transfers }) => transfers.length > 0 || !['absent', 'unreachable'].includes(status),
  )
  if (
    isFound ||
    chains.some(({ answers }) => answers.some(({ cause }) => cause === 'own-transaction'))
  )
    return {}
  const away = chains.filter(({ status }) => status === 'unreachable')
  const names = chains.map(({ chain }) => chain).join(', ')
  const error: ReportedError =
    away.length > 0
      ? {
          code: 'unavailable',
          message: `${hash} was not found, and ${away.map(({ chain }) => chain).join(', ')} could not be asked`,
          hint: 'repeat when the nodes answer',
        }
      : {
          code: 'not-found',
          message:
            left.length > 0
              ? `${hash} is not on ${names}`
              : `${hash} is on no configured chain: ${names}`,
          hint:
            left.length > 0
              ? `not asked: ${left.map(({ id, name }) => `${name} (${id})`).join(', ')}; explain the hash without --chain to ask every chain`
              : 'ask the sender for the hash and its chain; a transaction that was never broadcast, or that was replaced, credits nothing',
        }
  return {
    errors: [error],
    exitCode: away.length > 0 ? exitCodes.unavailable : exitCodes.failed,
  }
}
