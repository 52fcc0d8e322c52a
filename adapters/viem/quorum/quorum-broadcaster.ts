import type { Broadcaster, SendAnswer } from '../../../domain/chains/nodes/broadcaster.ts'
import { sendRefusalKind } from '../../../domain/lanes/send-refusal-kind.ts'
import type { Endpoint } from './endpoints.ts'

/** How long to wait for further answers after the first one. */
const patienceMs = 1_000

/**
 * Sends a transaction to every endpoint, because one endpoint may be away, lag or withhold
 * transactions. The transaction counts as known when the quorum has it, because a single endpoint
 * may accept a transaction and never relay it.
 */
export function createQuorumBroadcaster(
  endpoints: readonly Endpoint<Broadcaster>[],
  needed: number,
): Broadcaster {
  return {
    async send(raw) {
      const answers = await gather<SendAnswer>(
        endpoints.map(({ port }) => port.send(raw)),
        (sent) => sent.some(isTaken) && sent.filter(hasIt).length >= needed,
      )
      const taken = answers.find(isTaken)
      if (!taken) return answers[0] as SendAnswer
      if (answers.filter(hasIt).length >= needed) return taken
      const doubt = answers.find((answer) => !hasIt(answer))
      return doubt?.kind === 'refused' ? { kind: 'accepted', doubt: doubt.words } : taken
    },
    async knows(hash) {
      const enough = (answers: readonly boolean[]) => answers.filter(Boolean).length >= needed
      return enough(
        await gather(
          endpoints.map(({ port }) => port.knows(hash)),
          enough,
        ),
      )
    },
  }
}

const isTaken = ({ kind }: SendAnswer) => kind === 'accepted'

/**
 * Whether an endpoint has the transaction. If another endpoint has accepted the transaction, "nonce
 * too low" means that a block already contains it.
 */
function hasIt(answer: SendAnswer): boolean {
  return answer.kind === 'accepted' || sendRefusalKind(answer.words) === 'nonce-too-low'
}

/**
 * Resolves with the answers once they are `enough`, once all have arrived, or `patienceMs` after
 * the first answer. Rejects when every request failed.
 */
function gather<T>(
  asked: readonly Promise<T>[],
  enough: (answers: readonly T[]) => boolean,
): Promise<readonly T[]> {
  return new Promise((resolve, reject) => {
    const answers: T[] = []
    let left = asked.length
    let timer: NodeJS.Timeout | undefined
    const done = () => {
      clearTimeout(timer)
      resolve([...answers])
    }
    const settle = (failure?: unknown) => {
      left -= 1
      if (answers.length > 0 && (left === 0 || enough(answers))) done()
      else if (left === 0) reject(failure)
      else if (answers.length > 0) timer ??= setTimeout(done, patienceMs)
    }
    for (const one of asked) {
      one.then((answer) => {
        answers.push(answer)
        settle()
      }, settle)
    }
  })
}
