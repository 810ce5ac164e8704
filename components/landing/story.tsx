import frame from './story-frame.module.css';
import held from './story-held.module.css';
import { type Step, steps } from './story-steps.ts';
import timeline from './story-timeline.module.css';
import wires from './story-wire.module.css';

/** Names the lanes of the story in the order of its columns. */
export const lanes = ['Browser memory', 'Cookie', 'Session row'] as const;

/** Plays the life of one session, moment by moment. Moves by CSS alone, and can be read where nothing moves. */
export function TokenStory() {
  return (
    <figure className={frame.story}>
      <div className={frame.bar}>
        <figcaption>
          <strong className="font-semibold">The life of one session.</strong>{' '}
          <span className="text-muted">What is held where, and what passes between.</span>
        </figcaption>
        <label className={frame.pause}>
          <input type="checkbox" className="sr-only" />
          <span>Pause</span>
        </label>
      </div>
      <div className={timeline.picture}>
        <div className={timeline.lanes} aria-hidden="true">
          {lanes.map((lane) => (
            <span key={lane}>{lane}</span>
          ))}
        </div>
        <ol className={timeline.steps}>
          {steps.map((step) => (
            <StoryMoment key={step.title} step={step} />
          ))}
        </ol>
      </div>
    </figure>
  );
}

/** Shows one moment of a session's life across the three lanes. */
export function StoryMoment({ step }: { step: Step }) {
  const { time, title, text, memory, cookie, row, wire } = step;
  return (
    <li className={timeline.step} data-wire={wire ?? 'none'}>
      <div className={timeline.head}>
        <span className="font-mono text-xs text-muted">{time}</span>
        <h2 className="font-semibold">{title}</h2>
      </div>
      <div className={timeline.cell} data-live={memory !== 'gone'}>
        <span className="sr-only">{`${lanes[0]}: ${memoryWords[memory]}.`}</span>
        <Ring state={memory} />
      </div>
      <div className={timeline.cell} data-live={cookie.token !== null}>
        <span className="sr-only">{`${lanes[1]}: ${cookie.token === null ? 'empty' : `token ${cookie.token}`}.`}</span>
        <span aria-hidden className={held.token} data-empty={cookie.token === null}>
          {cookie.token ?? '–'}
        </span>
        {cookie.copy !== undefined && (
          <span className={held.copy}>
            <span className="sr-only">In other hands: a copy of token </span>
            <span>{cookie.copy}</span>
          </span>
        )}
      </div>
      <div className={timeline.cell} data-lane="row" data-live={!row.isEnded}>
        {wire && <span aria-hidden className={wires.wire} />}
        <span className="sr-only">{`${lanes[2]}: `}</span>
        <span className={held.row} data-ended={row.isEnded}>
          {row.isEnded ? 'ended' : `head ${row.head}`}
        </span>
      </div>
      <p className={timeline.text}>{text}</p>
    </li>
  );
}

const memoryWords = {
  full: 'a fresh access token',
  half: 'an access token, half used up',
  low: 'an access token about to run out',
  gone: 'nothing',
} as const;

function Ring({ state }: { state: Step['memory'] }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 40 40" className={held.ring} data-state={state}>
      <circle cx="20" cy="20" r="15" className={held.track} />
      <circle cx="20" cy="20" r="15" pathLength="100" className={held.left} />
      <circle cx="20" cy="20" r="4" className={held.core} />
    </svg>
  );
}
