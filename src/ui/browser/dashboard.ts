import type { Message } from '../dashboard/messages.ts'
import { PanelView } from './dashboard/panel-view.ts'
import { byId } from './shared/elements.ts'
import { readEvents } from './shared/events.ts'

/** The server says that it lives every 10 s; a connection that is silent for longer is dead. */
const SILENCE = 35_000

const panels = new Map<number, PanelView>()
/** What changed since the last frame: however fast it comes, it is drawn once. */
const changed = new Set<PanelView>()
let run = ''
let isConnected = false
let isEnded = false
let isPaused = false
let isAsked = false

readEvents(
  '/events',
  (data) => take(data as Message),
  (connected) => {
    isConnected = connected
    showState()
  },
  SILENCE,
)

const pause = byId('pause')
pause.addEventListener('click', () => {
  isPaused = !isPaused
  pause.setAttribute('aria-pressed', String(isPaused))
  pause.textContent = isPaused ? 'Go on' : 'Pause'
  if (!isPaused) ask()
})

function take(message: Message): void {
  switch (message.kind) {
    case 'hello':
      begin(message)
      break
    case 'panel': {
      const panel = panels.get(message.id)
      if (panel === undefined) return
      panel.take(message)
      changed.add(panel)
      ask()
      break
    }
    case 'end':
      isEnded = true
      break
    default:
  }
  showState()
}

/** Everything is told from the start: by the same run once more, or by another one at this address. */
function begin({ run: id, panels: heads, name }: Extract<Message, { kind: 'hello' }>): void {
  run = id
  isEnded = false
  panels.clear()
  changed.clear()
  for (const head of heads) panels.set(head.id, new PanelView(head))
  byId('panels').replaceChildren(...[...panels.values()].map(({ node }) => node))
  byId('name').textContent = name
  document.title = `${name} – dstream`
}

function ask(): void {
  if (isAsked || isPaused) return
  isAsked = true
  requestAnimationFrame(() => {
    isAsked = false
    if (isPaused) return
    for (const panel of changed) panel.draw()
    changed.clear()
  })
}

function showState(): void {
  const state = byId('state')
  const text = isEnded ? 'ended' : isConnected ? 'live' : run === '' ? 'connecting…' : 'connecting again…'
  if (state.textContent !== text) state.textContent = text
  document.body.classList.toggle('stale', isEnded || !isConnected)
}
