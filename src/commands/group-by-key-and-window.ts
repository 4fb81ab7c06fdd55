import { pipelineCommand } from '../cli/command.ts'
export default pipelineCommand('group-by-key-and-window')
