import { pipelineCommand } from '../cli/command.ts'
export default pipelineCommand('streaming-naive-bayes')
