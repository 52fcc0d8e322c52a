import type { Shell } from '../session/shells.ts'

/** One verb of the command line. `path` is empty for coldsweep itself. */
export interface CompletionNode {
  readonly path: string
  readonly verbs: readonly string[]
  readonly options: readonly CompletionOption[]
  /** Known values of the first argument. */
  readonly words: readonly string[]
}

export interface CompletionOption {
  readonly flag: string
  readonly takesValue: boolean
  readonly values: readonly string[]
}

/**
 * A script that completes verbs, options and known values. It starts no process, so a key press
 * costs nothing; the names in it are those of coldsweep.yaml when it was printed.
 */
export function completionScript(shell: Shell, nodes: readonly CompletionNode[]): string {
  return shell === 'bash' ? bash(nodes) : zsh(nodes)
}

/** Sets `found` to the candidates after the words in `line`; `cur` is the last word. */
function candidates(nodes: readonly CompletionNode[]): string {
  const flags = nodes.flatMap(({ options }) => options)
  const withValue = [...new Set(flags.filter((it) => it.takesValue).map(({ flag }) => flag))]
  const paths = nodes.flatMap(({ path }) => (path === '' ? [] : [path]))
  const valueCases = nodes.flatMap(({ path, options }) =>
    options.flatMap(({ flag, values }) =>
      values.length > 0 ? [`    '${path}|${flag}') found=(${quoted(values)}) ;;`] : [],
    ),
  )
  const wordCases = nodes.map(
    ({ path, verbs, words, options }) =>
      `    '${path}') found=(${quoted([...verbs, ...words])}); flags=(${quoted(options.map(({ flag }) => flag))}) ;;`,
  )
  return `  local verb='' word='' skip=0
  for word in "\${line[@]}"; do
    if ((skip)); then skip=0; continue; fi
    case "$word" in
    ${withValue.join('|')}) skip=1; continue ;;
    -*) continue ;;
    esac
    case "\${verb:+$verb }$word" in
    ${paths.map((path) => `'${path}'`).join('|')}) verb="\${verb:+$verb }$word" ;;
    esac
  done
  if ((skip)); then
    found=()
    case "$verb|$prev" in
${valueCases.join('\n')}
    esac
    return
  fi
  local flags=()
  case "$verb" in
${wordCases.join('\n')}
  esac
  if [[ "$cur" == -* ]]; then found=("\${flags[@]}"); fi`
}

/** Single-quoted words. A word with a quote is left out; names in coldsweep.yaml have none. */
function quoted(words: readonly string[]): string {
  return words.flatMap((word) => (word.includes("'") ? [] : [`'${word}'`])).join(' ')
}

function bash(nodes: readonly CompletionNode[]): string {
  return `# bash completion of coldsweep: source <(coldsweep completion bash)
_coldsweep_find() {
${candidates(nodes)}
}
_coldsweep() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" word
  local line=("\${COMP_WORDS[@]:1:COMP_CWORD-1}") found=()
  # bash splits --chain=bsc at the sign.
  if [[ "$cur" == '=' ]]; then cur=''; fi
  if [[ "$prev" == '=' ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; line=("\${COMP_WORDS[@]:1:COMP_CWORD-2}"); fi
  _coldsweep_find
  COMPREPLY=()
  for word in "\${found[@]}"; do
    if [[ "$word" == "$cur"* ]]; then COMPREPLY+=("$(printf '%q' "$word")"); fi
  done
}
complete -F _coldsweep coldsweep
`
}

function zsh(nodes: readonly CompletionNode[]): string {
  return `#compdef coldsweep
# zsh completion of coldsweep: source <(coldsweep completion zsh), after compinit
_coldsweep_find() {
${candidates(nodes)}
}
_coldsweep() {
  local cur="\${words[CURRENT]}" prev="\${words[CURRENT-1]}"
  local -a line found
  line=("\${(@)words[2,CURRENT-1]}")
  if [[ "$cur" == --*=* ]]; then
    prev="\${cur%%=*}"; line+=("$prev"); cur="\${cur#*=}"
    compset -P '*='
  fi
  _coldsweep_find
  (( \${#found} )) && compadd -a found
}
compdef _coldsweep coldsweep
`
}
