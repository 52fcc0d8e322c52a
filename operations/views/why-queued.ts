/** Facts about the way of a message to its run; undefined where a service did not answer. */
export interface QueuedFacts {
  /** Workers that poll Temporal. */
  readonly workers: number | undefined
  /** Age of the oldest work message that the relay has not published. */
  readonly outboxSeconds: number | undefined
  /** Queues with work messages. */
  readonly queues: readonly QueueFact[] | undefined
}

export interface QueueFact {
  readonly queue: string
  readonly messages: number
  readonly consumers: number
}

/** The facts of one deposit. */
export interface QueuedDepositFacts extends QueuedFacts {
  /** Its message in Processing_Failures. */
  readonly failure: { readonly id: string; readonly reason: string } | undefined
}

/** The relay publishes within a second when it runs. */
const slowSeconds = 15

/** The causes that keep deposits `waiting(queued)`, in the order of a message's way. */
export function whyQueued(facts: QueuedFacts): readonly string[] {
  const { workers, outboxSeconds = 0, queues = [] } = facts
  const causes: string[] = []
  if (outboxSeconds > slowSeconds) {
    causes.push(
      `work messages have waited in the outbox for ${Math.floor(outboxSeconds)} s: no relay runs, or RabbitMQ refuses them`,
    )
  }
  const unread = queues.filter(({ consumers }) => consumers === 0).map(({ queue }) => queue)
  if (unread.length > 0) causes.push(`no intake reads ${unread.join(' and ')}`)
  if (workers === 0) causes.push('no worker is polling Temporal: start "coldsweep worker"')
  return causes
}

/** Adds the causes to the detail of a deposit's view. */
export function withCauses<D extends { readonly detail: string }>(
  deposit: D,
  causes: readonly string[],
): D {
  const parts = [deposit.detail, ...causes].filter((part) => part !== '')
  return { ...deposit, detail: parts.join('; ') }
}

export function whyDepositQueued({ failure, ...facts }: QueuedDepositFacts): readonly string[] {
  if (failure === undefined) return whyQueued(facts)
  const own = `its message is in Processing_Failures as ${failure.id} (${failure.reason}): see "coldsweep failures list"`
  return [own, ...whyQueued(facts)]
}
