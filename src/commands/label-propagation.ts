import { pipelineCommand } from '../cli/command.ts'
export default pipelineCommand('label-propagation')
