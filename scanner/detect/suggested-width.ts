/**
 * Some providers name a range that works ("Try with this block range [0x1, 0x2f]", "this block
 * range should work: [0x1, 0x2f]").
 */
const suggestedRange = /range[^[\]]{0,40}\[\s?(0x[0-9a-f]{1,16})\s?,\s?(0x[0-9a-f]{1,16})\s?\]/i

/**
 * Other providers name a number of blocks: "block range is too wide (limit 2000)", "limited to a
 * 10,000 range", "up to a 2K block range".
 */
const numberOfBlocks =
  /(?:limit(?:ed)?|max(?:imum)?|up to|less than|within|exceeds?|over|greater than|more than)[^0-9]{0,40}?(\d[\d,_]{0,9})(k?)\b(?! ?(?:results?|logs?|entries|events|items|bytes|mb|kb|ms|s\b|seconds?|requests?))/i

/**
 * Reads the number of blocks that a node would accept from its refusal of a log search. The result
 * is always below `asked`; undefined if the text names no such number.
 * @param words the node's text, of bounded length
 */
export function suggestedWidth(words: string, asked: number): number | undefined {
  const text = words.slice(0, 1_000)
  const range = suggestedRange.exec(text)
  const width = range ? widthOf(range[1], range[2]) : numberIn(text)
  return width !== undefined && width >= 1 && width < asked ? width : undefined
}

function widthOf(from: string | undefined, to: string | undefined): number | undefined {
  if (from === undefined || to === undefined) return undefined
  return Number(BigInt(to) - BigInt(from) + 1n)
}

function numberIn(text: string): number | undefined {
  if (!/block|range/i.test(text)) return undefined
  const found = numberOfBlocks.exec(text)
  if (!found) return undefined
  return Number(found[1]?.replace(/[,_]/g, '')) * (found[2] ? 1_000 : 1)
}
