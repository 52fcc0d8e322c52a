import { type FaultProxy, faultProxy } from '../../harness/proxies/fault-proxy.ts'
import type { RpcRequest } from '../../harness/proxies/faults.ts'
import type { NodeRule, Phase } from './oddity.ts'

/** A real node behind proxies that change its answers by rules. */
export interface ChaosNode {
  readonly urls: readonly string[]
  readonly proxies: readonly FaultProxy[]
  /**
   * Applies the rules to the proxies.
   * @param phase reads the current phase of the row's deposits
   * @returns a function that removes these rules
   */
  obey(rules: readonly NodeRule[], phase: () => Promise<Phase>): () => void
  close(): Promise<void>
}

/** Starts one proxy for each endpoint in front of the node. */
export async function chaosNode(nodeUrl: string, endpoints: number): Promise<ChaosNode> {
  const proxies = await Promise.all(Array.from({ length: endpoints }, () => faultProxy(nodeUrl)))

  const obeyOne = (rule: NodeRule, phase: () => Promise<Phase>) => {
    const { at = 'all', times } = rule
    const when = createMatch(rule, phase)
    const chosen = at === 'all' ? proxies : proxies.slice(at, at + 1)
    return chosen.flatMap((proxy) =>
      asList(rule.method).map((method) =>
        proxy.fault(method, rule.does, { when, ...(times === undefined ? {} : { times }) }),
      ),
    )
  }

  return {
    urls: proxies.map(({ url }) => url),
    proxies,
    obey(rules, phase) {
      const undo = rules.flatMap((rule) => obeyOne(rule, phase))
      return () => {
        for (const step of undo) step()
      }
    },
    async close() {
      await Promise.all(proxies.map((proxy) => proxy.close()))
    },
  }
}

/**
 * Returns a function that decides whether a rule applies to a request. The function checks the
 * phase last, because the phase needs database queries.
 */
function createMatch({ by, about, during }: NodeRule, phase: () => Promise<Phase>) {
  return async (request: RpcRequest): Promise<boolean> => {
    if (by !== undefined && request.by !== by) return false
    if (about && !(await about(request))) return false
    return during === undefined || asList(during).includes(await phase())
  }
}

function asList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T]
}
