import { spawnSync } from 'node:child_process'

/** Shells that can be asked what they would offer. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** True where a program is installed. */
export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
}

/**
 * Return what a shell offers behind each line once it has read the completion script: bash by the words readline would
 * hand over, zsh in a terminal of its own with the Tab key, fish by its own query. Folders stand without their last slash.
 */
export function completions(
  shell: (typeof SHELLS)[number],
  script: string,
  lines: readonly string[],
  folder: string,
): string[][] {
  const [program, args] = RUNS[shell](script)
  const { stdout, stderr, error } = spawnSync(program, [...args, ...lines], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, TERM: 'xterm', HOME: folder, LC_ALL: 'C.UTF-8' },
  })
  if (error !== undefined || stderr !== '') throw new Error(`${shell}: ${error?.message ?? stderr}`)
  return stdout
    .split('END\n')
    .slice(0, -1)
    .map((text) => text.split('\n').flatMap((line) => line.split('\t')[0]?.replace(/\/$/, '') || []))
}

/** As readline does it: words end at white space outside quotes, and at : = @ which are words of their own. */
const BASH = `
source "$1"; shift
compopt() { :; }
COMP_WORDBREAKS=$' \\t\\n"\\'@><=;|&(:'
for line in "$@"; do
  COMP_LINE=$line COMP_POINT=\${#line} COMP_WORDS=() quote='' word='' open=''
  for ((at = 0; at < \${#line}; at++)); do
    c=\${line:at:1}
    if [[ -n $quote ]]; then word+=$c; [[ $c == "$quote" ]] && quote=''; continue; fi
    case $c in
      ' ') [[ -n $word ]] && COMP_WORDS+=("$word"); word='' ;;
      :|=|@) [[ -n $word ]] && COMP_WORDS+=("$word"); COMP_WORDS+=("$c"); word='' ;;
      "'"|'"') quote=$c word+=$c ;;
      *) word+=$c ;;
    esac
  done
  [[ -n $word || $line == *' ' ]] && COMP_WORDS+=("$word")
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _dstream
  # What stands before the last : = or @ stays in the line.
  last=\${line##* } kept=''
  [[ $last == *[:=@]* ]] && kept=\${last%"\${last##*[:=@]}"}
  for word in "\${COMPREPLY[@]}"; do printf '%s\\n' "$kept$word"; done
  echo END
done`

const ZSH = `
script=$1; shift
zmodload zsh/zpty
log=$(mktemp)
zpty -b inner zsh -f -i
{
  # compadd tells what it would offer; the end of a completion is told too.
  print -r -- "PS1=; LISTMAX=-1; setopt no_auto_list; autoload -Uz compinit; compinit -u -D; source $script"
  print -r -- "compadd() { if [[ \\" \\\${@[1,(i)(-|--)]} \\" == *' -'(O|A|D)* ]]; then builtin compadd \\"\\$@\\"; return; fi
    typeset -a hits; builtin compadd -A hits \\"\\$@\\"
    print -rl -- \\"\\\${(@)hits/#/\\$IPREFIX}\\" >> $log; builtin compadd \\"\\$@\\" }"
  print -r -- "finished() { print END >> $log }"
  print -r -- "tab() { comppostfuncs=(finished); zle complete-word; zle kill-whole-line }; zle -N tab; zle -C complete-word .complete-word _main_complete; bindkey '^I' tab"
} > $log.setup
zpty -w inner "source $log.setup; print READY > $log"
for i in {1..200}; do [[ -s $log ]] && break; sleep 0.05; done
: > $log
for line in "$@"; do
  before=$(grep -c '^END$' $log)
  zpty -n -w inner "$line"$'\\t'
  for i in {1..200}; do
    (( $(grep -c '^END$' $log) > before )) && break
    sleep 0.02
    while zpty -r -t inner discard 2>/dev/null; do :; done
  done
done
cat $log
rm -f $log $log.setup
zpty -d inner`

const FISH = `
source $argv[1]
for line in $argv[2..-1]
    complete -C $line
    echo END
end`

const RUNS: Readonly<Record<(typeof SHELLS)[number], (script: string) => [string, string[]]>> = {
  bash: (script) => ['bash', ['--norc', '-c', BASH, 'bash', script]],
  zsh: (script) => ['zsh', ['-f', '-c', ZSH, 'zsh', script]],
  fish: (script) => ['fish', ['--no-config', '-c', FISH, '--', script]],
}
