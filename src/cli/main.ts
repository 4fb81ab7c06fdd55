/** Words that oclif answers: help of a stage, version, the lists, completion. */
async function answerByOclif(argv: readonly string[]): Promise<number> {
  const { runOclif } = await import('./oclif.ts')
  return runOclif(argv)
}

/**
 * Run the command line. A chain of stages runs at once, without oclif's command loader, for start-up time; everything
 * else goes through oclif.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const help = argv.findIndex((word) => word === '--help' || word === '-h')
  const first = argv.find((word) => !word.startsWith('-'))
  const isChain =
    argv.length > 0 &&
    help < 0 &&
    argv[0] !== '--version' &&
    !['help', 'functions', 'operators', 'completion', 'version'].includes(first ?? '')
  if (!isChain) return answerByOclif(argv)
  const { runChain } = await import('./run.ts')
  return runChain(argv)
}

process.exitCode = await main(process.argv.slice(2))
process.exit()
