/**
 * Checks that a node of the given chain answers on the URL.
 * @throws when no node answers, or a node of another chain answers
 */
export async function checkNode(url: string, chainId: number): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
    signal: AbortSignal.timeout(2_000),
  })
  const { result } = (await response.json()) as { result?: string }
  if (Number(result) !== chainId) throw new Error(`another chain answers on ${url}: ${result}`)
}
