import { pipelineCommand } from '../cli/command.ts'
export default pipelineCommand('update-state-by-key')
