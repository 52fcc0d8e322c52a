import { describe, expect, it } from 'vitest'
import { convertedRooms } from './language/rooms.ts'
import { isRead, violationsIn, violationsOf } from './language/violations.ts'
import { repositoryFiles } from './repository-files.ts'

const wordsOf = (file: string, source: string) =>
  violationsOf(file, source).map(({ line, words }) => `${line}: ${words}`)

describe.each(convertedRooms)('%s', (room) => {
  it('follows the writing guide', () => {
    expect(violationsIn(room)).toEqual([])
  })
})

it('every file that the language check can read is in the list of checked folders and files', () => {
  const isInRoom = (file: string) =>
    convertedRooms.some((room) => file === room || file.startsWith(`${room}/`))
  expect(repositoryFiles().filter((file) => isRead(file) && !isInRoom(file))).toEqual([])
})

describe('violationsOf', () => {
  it('finds banned phrases in comments, also across lines, and returns the line where each begins', () => {
    const source =
      '/**\n * Reads the wallet\n * anew, and goes\n * on.\n */\nexport const a = 1 // beside\n'
    expect(wordsOf('a.ts', source)).toEqual([
      '3: "anew" → again',
      '3: "goes on" → continue',
      '6: "beside" → next to',
    ])
  })

  it('finds banned phrases in log lines, test titles and string literals', () => {
    const source = [
      "deps.log.warn({ error }, 'polling goes on')",
      "it.each([1])('reads %s anew', () => {})",
      "throw new Error('a stranger took the nonce')",
    ].join('\n')
    expect(wordsOf('a.ts', source)).toHaveLength(3)
  })

  it('ignores SQL, imports, code in backticks and single words', () => {
    const source = [
      "import x from './mend it now.ts'",
      'sql`select coin from lanes where stands`',
      "const kind = 'stranger'",
      '// `coin` is the column.',
    ].join('\n')
    expect(wordsOf('a.ts', source)).toEqual([])
  })

  it.each([
    'The URL stands for the node.',
    'The hash helps to tell both transfers apart.',
    'The native coin pays for gas.',
    'Rejects any more than 20 wallets.',
    'Gas tends to rise.',
  ])('accepts "%s"', (sentence) => {
    expect(wordsOf('a.ts', `/** ${sentence} */`)).toEqual([])
  })

  it.each([
    '/** What a node answers. */',
    '// The lane is free. What is signed is sent.',
    '/** Whoever leads writes. */',
    '/** Where the cursor is. */',
    "it('what is signed is sent', () => {})",
  ])('rejects a question word as the subject: %s', (source) => {
    expect(wordsOf('a.ts', source)).toHaveLength(1)
  })

  it('accepts questions and conditions', () => {
    const source = '/** Where a node lags, the poll waits. Why? Because of what it lacks. */'
    expect(wordsOf('a.ts', source)).toEqual([])
    expect(wordsOf('a.md', '# What it does\n\nWhat now? Read on.\n')).toEqual([])
  })

  it.each(['A node failed', 'the node failed', 'node failed.'])(
    'rejects the log line "%s"',
    (message) => {
      expect(wordsOf('a.ts', `log.info('${message}')`)).not.toEqual([])
    },
  )

  it.each(['node failed', 'RPC failed', 'WebSocket closed', '$' + '{n} nodes'])(
    'accepts the log line "%s"',
    (message) => {
      expect(wordsOf('a.ts', `log.info({ n }, \`${message}\`)`)).toEqual([])
    },
  )

  it('limits comments and Markdown to 100 columns, except tables, links and code blocks', () => {
    const wide = 'word '.repeat(21)
    expect(wordsOf('a.ts', `// ${wide}\nconst a = '${wide}'`)).toEqual([
      '1: 108 columns → wrap at 100',
    ])
    const page = [wide, `| ${wide} |`, '```', wide, '```', `[a](${'b'.repeat(100)})`].join('\n')
    expect(wordsOf('a.md', page)).toEqual(['1: 105 columns → wrap at 100'])
  })
})
