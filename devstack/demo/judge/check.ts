/** A line of the accounts, held against the chain to the last unit. */
export interface Check {
  line: string
  says: string
  holds: boolean
}
