import type { Interview } from '../interview.ts'
import type { LearnQuestion } from '../question.ts'

const firstOf = async (interview: Interview, command: string, prefix = ''): Promise<string | undefined> => {
  const { lines, final } = await interview.ask(command)
  const line = lines[0]
  return final === 'OK' && line ? line.slice(line.startsWith(prefix) ? prefix.length : 0) : undefined
}

const about = (id: string, title: string, command: string, path: string, prefix?: string): LearnQuestion => ({
  id,
  title,
  state: 'any',
  async ask(interview) {
    const value = await firstOf(interview, command, prefix)
    if (value !== undefined) interview.found(path, value)
  },
})

/** Who the module is. */
export const identityQuestions: readonly LearnQuestion[] = [
  about('manufacturer', 'Manufacturer', 'AT+CGMI', 'identity.manufacturer'),
  about('model', 'Model', 'AT+CGMM', 'identity.model'),
  about('revision', 'Revision', 'AT+CGMR', 'identity.revision', '+CGMR: '),
  {
    id: 'everything',
    title: 'ATI, and all about the module',
    state: 'any',
    async ask(interview) {
      const { lines } = await interview.ask('ATI')
      const capabilities = lines.find((line) => line.startsWith('+GCAP: '))
      interview.found('general.capabilities', capabilities?.slice('+GCAP: '.length) ?? null)
      const build = (await interview.ask('AT+SIMCOMATI')).lines.find((line) => line !== '' && !/^\+|: /.test(line))
      if (build) interview.found('identity.build', build)
    },
  },
]
