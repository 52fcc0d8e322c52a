/** A line of the accounts, compared with the chain to the smallest unit. */
export interface Check {
  line: string
  says: string
  holds: boolean
}
