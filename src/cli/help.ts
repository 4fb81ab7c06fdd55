import { Help } from '@oclif/core/help'

/** The help of the command: `dstream` alone teaches in one screen, a stage shows its own. */
export default class DstreamHelp extends Help {}
