/** Words that oclif answers: help of a stage, version, the lists, completion. */
async function answerByOclif(argv: readonly string[]): Promise<number> {
  const { runOclif } = await import('./oclif.ts')
  return runOclif(argv)
}

/** Commands that are no stages: the first word only, for behind it they may be arguments. */
const NO_STAGES = [
  'help',
  'version',
  '--version',
  'operators',
  'functions',
  'completion',
  'test',
  'replay',
  'resume',
  'state',
  'ask',
]

/** True for a flag of `dstream top`, and for what stands behind `--every`. */
function isOfTop(word: string, before: string | undefined): boolean {
  return before === '--every' || /^--(once|json|every|debug)(=|$)/.test(word)
}

/**
 * Run the command line. A chain of stages runs at once, without oclif's command loader, for start-up time; everything
 * else goes through oclif. Nothing is imported above this line: what a chain does not need must not be loaded.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [first, ...rest] = argv
  const asksHelp = argv.some((word) => word === '--help' || word === '-h')
  if (first === undefined || asksHelp || NO_STAGES.includes(first)) return answerByOclif(argv)
  // The stage of that name has a number behind it.
  if (first === 'top' && rest.every((word, index) => isOfTop(word, rest[index - 1]))) {
    const { runTop } = await import('./control/run-top.ts')
    return runTop(argv)
  }
  const { runChain } = await import('./run.ts')
  return runChain(argv)
}

process.exitCode = await main(process.argv.slice(2))
process.exit()
