import type { Command } from '@oclif/core/command'
import { Help } from '@oclif/core/help'
import { findCommand } from './grammar.ts'
import { pageOf, toolPage } from './help/page.ts'
import { renderContextFlags, renderPage } from './help/render.ts'
import { renderRoot } from './help/root.ts'
import { show } from './help/show.ts'
import { type Style, styleOf } from './help/style.ts'

/** The help of the command: `dstream` alone teaches in one screen, a stage shows what its record says. */
export default class DstreamHelp extends Help {
  readonly #style: Style = styleOf(process.stdout, process.env)

  override async showHelp(argv: string[]): Promise<void> {
    const subject = argv.find((word) => !word.startsWith('-'))
    if (subject === undefined) return this.showRootHelp()
    if (subject === 'flags') return show(renderContextFlags(this.#style))
    const record = findCommand(subject)
    if (record !== undefined) return show(renderPage(pageOf(record), this.#style))
    await super.showHelp(argv)
  }

  override async showCommandHelp(command: Command.Loadable): Promise<void> {
    await show(renderPage(toolPage(command), this.#style))
  }

  override async showRootHelp(): Promise<void> {
    await show(renderRoot(this.#style))
  }
}
