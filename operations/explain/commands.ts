/** Commands that work when they are pasted into a POSIX shell. */
export interface Commands {
  sweep(depositId: string): string
  explain(subject: string): string
  keeper(chainId: number): string
  coldWallet(chainId: number): string
  rescan(chainId: number, from: bigint, to: bigint, reason: string): string
  order(verb: 'approve' | 'skip' | 'resume' | 'retry', depositId: string, reason: string): string
  resumeChain(chainId: number, reason: string): string
  resumeAsset(chainId: number, asset: string, reason: string): string
  recover(chainId: number, reason: string): string
  /** A dry run, which changes nothing. */
  sweepDust(chainId: number, asset: string, wallet: string): string
  unreadRetry(chainId: number, subject: string, reason: string): string
}

/** @param self how this process was started, such as `coldsweep` or `node cli/coldsweep.mjs` */
export function createCommands(self = 'coldsweep'): Commands {
  // The login name signs the order. A placeholder such as <you> would be a redirection.
  const signed = (reason: string) => `--operator "$(id -un)" --reason ${quoted(reason)}`
  return {
    sweep: (id) => `${self} sweep ${id}`,
    explain: (subject) => `${self} explain ${subject}`,
    coldWallet: (chainId) => `${self} cold-wallet list --chain ${chainId}`,
    keeper: (chainId) => `${self} keeper --chain ${chainId}`,
    rescan: (chainId, from, to, reason) =>
      `${self} rescan --chain ${chainId} --from ${from} --to ${to} ${signed(reason)}`,
    order: (verb, id, reason) => `${self} ${verb} ${id} ${signed(reason)}`,
    resumeChain: (chainId, reason) => `${self} resume --chain ${chainId} ${signed(reason)}`,
    resumeAsset: (chainId, asset, reason) =>
      `${self} resume --asset ${asset} --chain ${chainId} ${signed(reason)}`,
    recover: (chainId, reason) => `${self} recover --chain ${chainId} --dry-run ${signed(reason)}`,
    sweepDust: (chainId, asset, wallet) =>
      `${self} sweep-dust --chain ${chainId} --asset ${asset} --wallet ${wallet}`,
    unreadRetry: (chainId, subject, reason) =>
      `${self} unread retry ${subject} --chain ${chainId} ${signed(reason)}`,
  }
}

const quoted = (text: string) => `"${text.replace(/[^\w .,:()-]/g, '')}"`
