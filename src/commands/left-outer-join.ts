import { pipelineCommand } from '../cli/command.ts'
export default pipelineCommand('left-outer-join')
