/** What scripts and schedulers decide on; 75 is sysexits' EX_TEMPFAIL: try again later. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  unavailable: 75,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
