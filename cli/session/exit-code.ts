/** Exit codes for scripts and schedulers. 75 is sysexits' EX_TEMPFAIL: retry later. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  unavailable: 75,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
