/** The shells for which `completion` prints a script. */
export const shells = ['bash', 'zsh'] as const
export type Shell = (typeof shells)[number]
