import { pipelineCommand } from '../cli/command.ts'
export default pipelineCommand('save-as-text-files')
