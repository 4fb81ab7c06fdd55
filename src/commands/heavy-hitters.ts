import { pipelineCommand } from '../cli/command.ts'
export default pipelineCommand('heavy-hitters')
