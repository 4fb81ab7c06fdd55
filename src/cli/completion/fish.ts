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

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
const stageChoice = ({ name, summary }: StageModel): Choice => ({ word: name, summary })
const flagChoices = (flags: readonly FlagModel[]): Choice[] =>
  flags.flatMap(({ words, summary }) => words.map((word) => ({ word, summary })))
const ofCategory = (category: string): Choice[] =>
  stages.filter((stage) => stage.category === category).map(stageChoice)

/** A command that prints choices as fish takes them: a word, a tab, what it means. */
function offer(choices: readonly Choice[]): string {
  const words = choices.map(({ word, summary }) => `${quoted(word)} ${quoted(summary)}`)
  return words.length === 0 ? 'true' : `printf '%s\\t%s\\n' ${words.join(' ')}`
}

/** Return the completion script for fish. */
export function fishScript(): string {
  const stageCases = [...stages, ...toolStages].flatMap(({ name, names, category, slots }) => [
    `        case ${names.join(' ')}`,
    `            set stage ${name}`,
    `            set category ${category}`,
    `            set slots ${slots.map(quoted).join(' ')}`,
  ])
  const stageFlags = [...stages, ...toolStages]
    .filter(({ flags }) => flags.length > 0)
    .flatMap(({ name, flags }) => [`        case ${name}`, `            ${offer(flagChoices(flags))}`])
  const flagCases = flagPlaces().flatMap(({ stage, words, place }) => [
    `        case ${words.map((word) => `'${stage} ${word}'`).join(' ')}`,
    `            echo ${quoted(place)}`,
  ])
  const roleCases = ROLES.flatMap((role) => [
    `        case ${role}`,
    `            ${offer(functionChoices(role))}`,
  ])
  return `# Completion of dstream for fish: dstream completion fish > ~/.config/fish/completions/dstream.fish
# Written by dstream from its records. No process is started while you type.

function __dstream_stage --no-scope-shadowing
    switch $argv[1]
${stageCases.join('\n')}
        case '*'
            return 1
    end
    return 0
end

function __dstream_stage_flags
    switch $argv[1]
${stageFlags.join('\n')}
    end
    contains -- "$argv[1]" ${toolStages.map(({ name }) => name).join(' ')}; and return
    ${offer(flagChoices(contextFlags))}
end

# The place behind a flag: a stage and a flag.
function __dstream_flag
    switch "$argv[1] $argv[2]"
${flagCases.join('\n')}
        case '*'
            echo flag
    end
end

# Print what can stand at a place: the place, and the word as far as it is typed.
function __dstream_place
    switch "$argv[1]"
${roleCases.join('\n')}
        case duration
            printf '%s\\n' ${DURATIONS.join(' ')}
        case 'of:*'
            string split , -- (string replace 'of:' '' -- $argv[1])
        case stream
            if string match -q '@*' -- $argv[2]
                string replace -r '^' @ -- (__fish_complete_path (string sub -s 2 -- $argv[2]))
            else
                ${offer([
                  { word: '[', summary: 'a second stream, to ]' },
                  { word: '@', summary: 'a file of key<TAB>value' },
                ])}
            end
        case file
            __fish_complete_path $argv[2]
        case directory
            __fish_complete_directories $argv[2] ''
    end
end

# Print the stages that can follow: the category of the last one, the number of open brackets.
function __dstream_stages
    switch "$argv[1]"
        case '' source
            ${offer([...ofCategory('source'), ...ofCategory('operator')])}
        case operator
            ${offer(ofCategory('operator'))}
    end
    if test "$argv[1]" = none
        return
    else if test $argv[2] -eq 0
        ${offer(ofCategory('output'))}
    else if test -n "$argv[1]"
        ${offer([{ word: ']', summary: 'end of the second stream' }])}
    end
end

function __dstream_complete
    set -l typed (commandline -opc)
    set -l cur (commandline -ct)
    set -l stage ''
    set -l category ''
    set -l last ''
    set -l pending ''
    set -l slots
    set -l outer
    for word in $typed[2..-1]
        if test -n "$pending"
            set pending ''
            continue
        end
        switch $word
            case --
                set stage ''
                set slots
                continue
            case '--*=*'
                continue
            case '-*'
                # A negative number is an argument.
                if string match -qr '^--?[a-zA-Z]' -- $word
                    set pending (__dstream_flag "$stage" $word)
                    test $pending = flag; and set pending ''
                    continue
                end
            case '['
                set -l rest (string join ' ' -- $slots[2..-1])
                set -a outer "$stage|$rest|$last"
                set stage ''
                set slots
                set last ''
                continue
            case ']'
                if set -q outer[1]
                    set -l parts (string split '|' -- $outer[-1])
                    set -e outer[-1]
                    __dstream_stage $parts[1]
                    set slots (string split -n ' ' -- $parts[2])
                    set last $parts[3]
                end
                continue
        end
        if not set -q slots[1]; or string match -qr '[?*]$' -- $slots[1]
            if __dstream_stage $word
                set last $category
                continue
            end
        end
        switch "$slots[1]"
            case ''
            case '*+'
                set slots[1] (string replace + '*' -- $slots[1])
            case '*'
                string match -qr '\\*$' -- $slots[1]; or set -e slots[1]
        end
    end

    set -l depth (count $outer)
    if test "$typed[2]" = test
        if string match -q -- '-*' $cur
            ${offer(TEST_FLAGS)}
        else
            __fish_complete_path $cur
        end
    else if test -n "$pending"
        __dstream_place $pending $cur
    else if string match -q -- '--*=*' $cur
        set -l flag (string split -m 1 = -- $cur)
        string replace -r -- '^' "$flag[1]=" (__dstream_place (__dstream_flag "$stage" $flag[1]) $flag[2])
    else if string match -q -- '-*' $cur
        __dstream_stage_flags "$stage"
    else if test "$typed[2]" = help
        ${offer([...stages.map(stageChoice), ...tools, { word: 'flags', summary: 'Flags of the context.' }])}
    else if test "$typed[2]" = functions
        ${offer(functionNames())}
    else if test "$typed[2]" = completion
        printf '%s\\n' bash zsh fish
    else if test "$typed[2]" != operators
        __dstream_place (string replace -r '[?*+]$' '' -- "$slots[1]") $cur
        if not set -q slots[1]; or string match -qr '[?*]$' -- $slots[1]
            __dstream_stages "$last" $depth
        end
        if not set -q typed[2]
            ${offer(tools)}
        end
    end
end

complete -c dstream -f -a '(__dstream_complete)'
`
}
