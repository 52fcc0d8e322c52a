/** A phrase that docs/writing.md bans everywhere, and the words that replace it. */
export type Phrase = { readonly banned: RegExp; readonly write: string }

/** A phrase that also has a correct use is omitted, or its pattern excludes that use. */
const inOneLine: readonly Phrase[] = [
  { banned: /\banew\b/gi, write: 'again' },
  { banned: /\bany ?more\b(?! than\b| \w+s\b)/gi, write: 'no longer' },
  {
    banned: /\b(go|goes|going|went|gone) on\b(?! (?:the|a|an|its|their) \w+)/gi,
    write: 'continue',
  },
  { banned: /\bstrangers?\b/gi, write: 'external transaction, unknown sender, third party' },
  { banned: /\bforeign transactions?\b/gi, write: 'external transaction' },
  { banned: /\bat depth\b/gi, write: 'final' },
  { banned: /\bsettled (blocks?|heights?|transactions?|sweeps?)\b/gi, write: 'final' },
  { banned: /\blook(s|ed|ing)? at the chain\b/gi, write: 'poll, iteration' },
  {
    banned: /\b(a|the|each|every|next|one|last|first|per|another) looks?\b/gi,
    write: 'poll, iteration, tick',
  },
  {
    banned: /\b(is|are|was|were|be|been|being) (not |never )?had\b/gi,
    write: 'obtained, held; timed out',
  },
  { banned: /\breads? late\b|\blate (wallet|token)s?\b/gi, write: 'backfill, backfilled' },
  { banned: /\brescan pieces?\b/gi, write: 'backfill range' },
  { banned: /\bsecond readings?\b/gi, write: 'recheck before final' },
  {
    banned: /\b(held|holds?|holding) (?:\w+ ){0,2}against\b/gi,
    write: 'check against, compare with',
  },
  { banned: /\bmend(s|ed|ing)?\b/gi, write: 'fix, repair' },
  {
    banned: /\b(tells?|told|telling)\b(?!(?: \w+){0,4} apart\b)/gi,
    write: 'report, log, notify, show',
  },
  { banned: /\bbeside\b/gi, write: 'next to' },
  { banned: /\bsign(s|ed|ing)? again\b/gi, write: 'bump, replace; replacement' },
  { banned: /\bfurther attempts?\b/gi, write: 'replacement, bump' },
  { banned: /\binner transfers?\b/gi, write: 'internal transfer' },
  { banned: /\b(tends|tended|tending|tend) (?!to\b)/gi, write: 'track' },
  { banned: /\bstands?\b(?! for\b|-|alone\b)|\bstood\b/gi, write: 'is, exists, stays' },
  {
    banned: /\b(troubles?|complaints?|slips?|findings)\b/gi,
    write: 'error; health problem; difference',
  },
  {
    banned: /(?<!native[ -])\bcoins?\b/gi,
    write: 'native coin, native balance, ETH, tokens, money',
  },
]

/** The banned phrases. Their patterns also match a phrase that continues on the next line. */
export const phrases: readonly Phrase[] = inOneLine.map(({ banned, write }) => ({
  banned: new RegExp(banned.source.replaceAll(' ', '\\s+'), banned.flags),
  write,
}))
