const smallestLimit = 50

/**
 * Whether a list of so many entries may be one that a node has cut off: some stop at a limit of
 * theirs without an error (hiero-json-rpc-relay #673, vechain #1049, smartbch #54). People set
 * round limits: powers of two, and numbers such as 100, 250 or 1,500, which have one digit before
 * their zeros, or two of which the second is a 5.
 */
export function mayBeCut(count: number): boolean {
  if (count < smallestLimit) return false
  if ((count & (count - 1)) === 0) return true
  const magnitude = 10 ** (String(count).length - 1)
  return count % (count < 100 ? magnitude * 5 : magnitude / 2) === 0
}
