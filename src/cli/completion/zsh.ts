import {
  type Choice,
  contextFlags,
  DURATIONS,
  type FlagModel,
  flagPlaces,
  functionChoices,
  functionNames,
  ROLES,
  type StageModel,
  stages,
  TEST_FLAGS,
  toolStages,
  tools,
} from './model.ts'

/** A word as zsh's _describe takes it: `'word:summary'`, with colons of the word escaped. */
const described = ({ word, summary }: Choice): string =>
  `'${`${word.replaceAll(':', '\\:')}:${summary}`.replaceAll("'", "'\\''")}'`
const describedAll = (list: readonly Choice[]): string => list.map(described).join(' ')
const stageChoice = ({ name, summary }: StageModel): Choice => ({ word: name, summary })
const flagChoices = (flags: readonly FlagModel[]): Choice[] =>
  flags.flatMap(({ words, summary }) => words.map((word) => ({ word, summary })))
const ofCategory = (category: string): string =>
  describedAll(stages.filter((stage) => stage.category === category).map(stageChoice))

/** Return the completion script for zsh. */
export function zshScript(): string {
  const stageCases = [...stages, ...toolStages].map(
    ({ name, names, category, slots, flags }) =>
      `    (${names.join('|')}) stage=${name} category=${category} slots=(${slots.map((slot) => `'${slot}'`).join(' ')})` +
      ` flags=(${describedAll(flagChoices(flags))}) ;;`,
  )
  const flagCases = flagPlaces().map(({ stage, words, place }) => {
    const patterns = words.map((word) => (stage === '*' ? `*' ${word}'` : `'${stage} ${word}'`))
    return `    (${patterns.join('|')}) place='${place}' ;;`
  })
  const roleCases = ROLES.map((role) => {
    const choices = functionChoices(role)
    const isOpen = ({ word }: Choice): boolean => word.endsWith(':')
    const closed = describedAll(choices.filter((choice) => !isOpen(choice)))
    return `    (${role}) plain+=(${closed}) open+=(${describedAll(choices.filter(isOpen))}) ;;`
  })
  return `#compdef dstream
# Completion of dstream for zsh: source <(dstream completion zsh), behind compinit.
# Written by dstream from its records. No process is started while you type.

_dstream_stage() {
  case $1 in
${stageCases.join('\n')}
    (*) return 1 ;;
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
${roleCases.join('\n')}
    (duration) plain+=(${DURATIONS.join(' ')}) ;;
    (of:*) plain+=(\${(s:,:)1#of:}) ;;
    (stream) brackets+=('[') at=1 ;;
    (file) _files ;;
    (directory) _files -/ ;;
  esac
}

# The stages that can follow; $1 is the category of the last one, $2 the number of open brackets.
_dstream_stages() {
  case $1 in
    (''|source) plain+=(${ofCategory('source')} ${ofCategory('operator')}) ;;
    (operator) plain+=(${ofCategory('operator')}) ;;
  esac
  if [[ $1 == none ]]; then :
  elif (( $2 == 0 )); then plain+=(${ofCategory('output')})
  elif [[ -n $1 ]]; then brackets+=(']'); fi
}

_dstream() {
  local cur=$words[CURRENT] word stage category last place pending slot at
  local -i i depth=0
  local -a slots flags plain open brackets outer parts
  for (( i = 2; i < CURRENT; i++ )); do
    word=\${(Q)words[i]}
    if [[ -n $pending ]]; then pending=; continue; fi
    case $word in
      (--) slots=() flags=() stage=; continue ;;
      (--*=*) continue ;;
      (-[a-zA-Z]*|--[a-zA-Z]*)
        _dstream_flag "$stage" "$word"
        [[ $place != flag ]] && pending=$place
        continue ;;
      ('[')
        depth+=1
        outer[depth]="$stage|\${(j: :)slots[2,-1]}|$last"
        slots=() flags=() stage= last=
        continue ;;
      (']')
        if (( depth > 0 )); then
          parts=("\${(@s:|:)outer[depth]}")
          depth+=-1
          _dstream_stage "$parts[1]"
          slots=(\${(s: :)parts[2]}) last=$parts[3]
        fi
        continue ;;
    esac
    slot=$slots[1]
    if [[ -z $slot || $slot == *['?*'] ]] && _dstream_stage "$word"; then
      last=$category
      continue
    fi
    case $slot in
      (*'*') ;;
      (*+) slots[1]="\${slot%+}*" ;;
      (*) shift slots 2>/dev/null ;;
    esac
  done

  if (( CURRENT > 2 )) && [[ $words[2] == test ]]; then
    if [[ $cur == -* ]]; then plain=(${describedAll(TEST_FLAGS)}); else _files; fi
  elif [[ -n $pending ]]; then
    _dstream_place "$pending"
  elif [[ $cur == --*=* ]]; then
    _dstream_flag "$stage" "\${cur%%=*}"
    compset -P '*='
    _dstream_place "$place"
  elif [[ $cur == -* ]]; then
    case $stage in
      (${toolStages.map(({ name }) => name).join('|')}) plain=($flags '--help') ;;
      (*) plain=($flags ${describedAll(flagChoices(contextFlags))}) ;;
    esac
  elif (( CURRENT > 2 )) && [[ $words[2] == help ]]; then
    plain=(${describedAll([...stages.map(stageChoice), ...tools])} 'flags:Flags of the context.')
  elif (( CURRENT > 2 )) && [[ $words[2] == functions ]]; then
    plain=(${describedAll(functionNames())})
  elif (( CURRENT > 2 )) && [[ $words[2] == completion ]]; then
    plain=(bash zsh fish)
  elif (( CURRENT > 2 )) && [[ $words[2] == operators ]]; then
    plain=()
  else
    slot=$slots[1]
    _dstream_place "\${slot%[?*+]}"
    if [[ -z $slot || $slot == *['?*'] ]]; then _dstream_stages "$last" $depth; fi
    if (( CURRENT == 2 )); then plain+=(${describedAll(tools)}); fi
  fi

  if [[ -n $at ]]; then
    if compset -P '@'; then _files; return; fi
    compadd -S '' -- '@'
  fi
  (( $#brackets )) && compadd -Q -- $brackets
  if (( $#plain + $#open )); then
    _describe -t dstream dstream plain -- open -S ''
  fi
}

# As a file on fpath this is the body of the function; sourced, it registers it.
if [[ $funcstack[1] == _dstream ]]; then _dstream "$@"; else compdef _dstream dstream; fi
`
}
