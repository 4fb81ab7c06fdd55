/** Words that oclif answers: help of a stage, version, the lists, completion. */
async function answerByOclif(argv: readonly string[]): Promise<number> {
  const { runOclif } = await import('./oclif.ts')
  return runOclif(argv)
}

/** Commands that are no stages: the first word only, for behind it they may be arguments. */
const NO_STAGES = ['help', 'version', '--version', 'operators', 'functions', 'completion']

/**
 * Run the command line. A chain of stages runs at once, without oclif's command loader, for start-up time; everything
 * else goes through oclif. Nothing is imported above this line: what a chain does not need must not be loaded.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [first] = argv
  const asksHelp = argv.some((word) => word === '--help' || word === '-h')
  if (first === undefined || asksHelp || NO_STAGES.includes(first)) return answerByOclif(argv)
  const { runChain } = await import('./run.ts')
  return runChain(argv)
}

process.exitCode = await main(process.argv.slice(2))
process.exit()
