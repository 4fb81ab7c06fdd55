import { bashScript } from './bash.ts'
import { fishScript } from './fish.ts'
import { zshScript } from './zsh.ts'

/** Shells for which there is a completion. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

/** A shell for which there is a completion. */
export type Shell = (typeof SHELLS)[number]

const SCRIPTS: Readonly<Record<Shell, () => string>> = { bash: bashScript, zsh: zshScript, fish: fishScript }

/** Return the completion script of a shell. It is self-contained: no process is started while a user types. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell]()
}
