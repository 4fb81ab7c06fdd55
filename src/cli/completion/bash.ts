import {
  contextFlags,
  DURATIONS,
  flagPlaces,
  functionChoices,
  functionNames,
  ROLES,
  stages,
  TEST_FLAGS,
  toolStages,
  tools,
} from './model.ts'

const wordsOf = (list: readonly { readonly word: string }[]): string => list.map(({ word }) => word).join(' ')

/** Return the completion script for bash, 3.2 (of macOS) and newer. */
export function bashScript(): string {
  const named = (category: string): string =>
    stages
      .filter((stage) => stage.category === category)
      .map(({ name }) => name)
      .join(' ')
  const stageCases = [...stages, ...toolStages].map(({ name, names, category, slots, flags }) => {
    const list = flags.flatMap((flag) => flag.words).join(' ')
    return `    ${names.join('|')}) stage=${name} category=${category} slots='${slots.join(' ')}' flags='${list}' ;;`
  })
  const flagCases = flagPlaces().map(({ stage, words, place }) => {
    const patterns = words.map((word) => (stage === '*' ? `*' ${word}'` : `'${stage} ${word}'`))
    return `    ${patterns.join('|')}) place='${place}' ;;`
  })
  return `# Completion of dstream for bash: eval "$(dstream completion bash)"
# Written by dstream from its records. No process is started while you type.

_dstream_stage() {
  case $1 in
${stageCases.join('\n')}
    *) return 1 ;;
  esac
}

# The place behind a flag: $1 is the stage, $2 the flag.
_dstream_flag() {
  place=flag
  case "$1 $2" in
${flagCases.join('\n')}
  esac
}

# Offer what can stand at a place.
_dstream_place() {
  case $1 in
${ROLES.map((role) => `    ${role}) choices+=' ${wordsOf(functionChoices(role))}' ;;`).join('\n')}
    duration) choices+=' ${DURATIONS.join(' ')}' ;;
    of:*) choices+=" \${1#of:}"; choices=\${choices//,/ } ;;
    stream) choices+=' [ @' prefix=@ files=-f ;;
    file) files=-f ;;
    directory) files=-d ;;
  esac
}

# The stages that can follow; $1 is the category of the last one, $2 the number of open brackets.
_dstream_stages() {
  case $1 in
    ''|source) choices+=' ${named('source')} ${named('operator')}' ;;
    operator) choices+=' ${named('operator')}' ;;
  esac
  if [ "$1" = none ]; then :
  elif [ "$2" -eq 0 ]; then choices+=' ${named('output')}'
  elif [ -n "$1" ]; then choices+=' ]'; fi
}

_dstream() {
  local IFS=$' \\t\\n' cur rest trimmed word i count=0
  local -a argv
  # Readline cuts words at : = and @, which dstream does not.
  rest=$COMP_LINE
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    trimmed=\${rest#"\${rest%%[![:space:]]*}"}
    if [ "$count" -eq 0 ] || [ "$trimmed" != "$rest" ]; then
      argv[count]=$word
      count=$((count + 1))
    else
      argv[count - 1]+=$word
    fi
    rest=\${trimmed#"$word"}
  done
  cur=\${argv[count - 1]}

  local stage='' category='' slots='' flags='' last='' place='' first='' pending='' depth=0
  local choices='' files='' prefix=''
  local -a outer
  for ((i = 1; i < count - 1; i++)); do
    word=\${argv[i]}
    if [ -n "$pending" ]; then pending=''; continue; fi
    first=\${slots%% *}
    case $word in
      --) slots='' stage='' flags=''; continue ;;
      --*=*) continue ;;
      -[a-zA-Z]*|--[a-zA-Z]*)
        _dstream_flag "$stage" "$word"
        if [ "$place" != flag ]; then pending=$place; fi
        continue ;;
      '[')
        outer[depth]="$stage|$flags|\${slots#stream}|$last"
        depth=$((depth + 1)) stage='' flags='' slots='' last=''
        continue ;;
      ']')
        if [ "$depth" -gt 0 ]; then
          depth=$((depth - 1))
          IFS='|' read -r stage flags slots last <<< "\${outer[depth]}"
          slots=\${slots# }
        fi
        continue ;;
    esac
    case $first in
      ''|*'?'|*'*') if _dstream_stage "$word"; then last=$category; continue; fi ;;
    esac
    case $first in
      *'*') ;;
      *+) slots="\${first%+}*" ;;
      *) slots=\${slots#"$first"} slots=\${slots# } ;;
    esac
  done

  first=''
  if [ "$count" -gt 2 ] && [ "\${argv[1]}" = test ]; then
    if [[ $cur == -* ]]; then choices='${wordsOf(TEST_FLAGS)}'; else files=-f; fi
  elif [ -n "$pending" ]; then
    _dstream_place "$pending"
  elif [[ $cur == --*=* ]]; then
    _dstream_flag "$stage" "\${cur%%=*}"
    _dstream_place "$place"
    prefix="\${cur%%=*}="
  elif [[ $cur == -* ]]; then
    case $stage in
      ${toolStages.map(({ name }) => name).join('|')}) choices="$flags --help" ;;
      *) choices="$flags ${contextFlags.flatMap((flag) => flag.words).join(' ')}" ;;
    esac
  elif [ "$count" -gt 2 ] && [ "\${argv[1]}" = help ]; then
    choices='${stages.map(({ name }) => name).join(' ')} ${wordsOf(tools)} flags'
  elif [ "$count" -gt 2 ] && [ "\${argv[1]}" = functions ]; then
    choices='${wordsOf(functionNames())}'
  elif [ "$count" -gt 2 ] && [ "\${argv[1]}" = completion ]; then
    choices='bash zsh fish'
  elif [ "$count" -gt 2 ] && [ "\${argv[1]}" = operators ]; then
    choices=''
  else
    first=\${slots%% *}
    _dstream_place "\${first%[?*+]}"
    case $first in
      ''|*'?'|*'*') _dstream_stages "$last" "$depth" ;;
    esac
    if [ "$count" -eq 2 ]; then choices+=' ${wordsOf(tools)}'; fi
  fi

  local -a found
  local typed=$cur
  COMPREPLY=()
  if [ -n "$prefix" ] && [[ $cur == "$prefix"* ]]; then typed=\${cur#"$prefix"}; else prefix=''; fi
  if [ -z "$prefix" ] || [ "$prefix" != @ ]; then
    while IFS= read -r word; do
      if [ -n "$word" ]; then COMPREPLY+=("$prefix$word"); fi
    done < <(compgen -W "$choices" -- "$typed")
  fi
  if [ -n "$files" ] && { [ "$first" != 'stream' ] || [ "$prefix" = @ ]; }; then
    while IFS= read -r word; do
      COMPREPLY+=("$prefix$word")
    done < <(compgen "$files" -- "$typed")
    compopt -o filenames 2>/dev/null
  fi
  if [ "\${#COMPREPLY[@]}" -eq 1 ] && [[ \${COMPREPLY[0]} == *[:@] ]]; then compopt -o nospace 2>/dev/null; fi
  # Readline replaces only what stands behind the last : = or @ where it cuts words there.
  word=''
  for ((i = \${#cur} - 1; i >= 0; i--)); do
    case \${cur:i:1} in
      :|=|@) if [[ $COMP_WORDBREAKS == *"\${cur:i:1}"* ]]; then word=\${cur:0:i + 1}; break; fi ;;
    esac
  done
  if [ -n "$word" ]; then
    for ((i = 0; i < \${#COMPREPLY[@]}; i++)); do COMPREPLY[i]=\${COMPREPLY[i]#"$word"}; done
  fi
}

complete -F _dstream dstream
`
}
