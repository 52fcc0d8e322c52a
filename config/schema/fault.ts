/**
 * One thing wrong with the configuration: where, what, and what would be right. Never holds a
 * secret's text.
 */
export interface Fault {
  /** `chains[0].coldWallet` in the yaml, `DATABASE_URL` in the environment. */
  readonly path: string
  readonly problem: string
  readonly fix: string
  /** Line in the yaml, from 1. */
  readonly line?: number
}

/** `rpc` in chains[0] → `chains[0].rpc`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? String(step) : `${text}.${String(step)}`
  }, '')
}
