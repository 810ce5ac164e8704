import { type Step, steps } from '#components/auth/story-steps.ts';
import css from '#components/auth/token-story.module.css';

const lanes = ['Browser memory', 'Cookie', 'Session row'] as const;

/** The living picture: what the browser and the database hold, moment by moment. It moves by CSS alone, and reads without. */
export function TokenStory() {
  return (
    <figure className={css.story}>
      <div className={css.bar}>
        <figcaption>
          <strong className="font-semibold">The life of one session.</strong>{' '}
          <span className="text-muted">What is held where, and what passes between.</span>
        </figcaption>
        <label className={css.pause}>
          <input type="checkbox" className="sr-only" />
          <span>Pause</span>
        </label>
      </div>
      <div className={css.picture}>
        <div className={css.lanes} aria-hidden="true">
          {lanes.map((lane) => (
            <span key={lane}>{lane}</span>
          ))}
        </div>
        <ol className={css.steps}>
          {steps.map((step) => (
            <Moment key={step.title} step={step} />
          ))}
        </ol>
      </div>
    </figure>
  );
}

function Moment({ step }: { step: Step }) {
  const { time, title, text, memory, cookie, row, wire } = step;
  return (
    <li className={css.step} data-wire={wire ?? 'none'}>
      <div className={css.head}>
        <span className="font-mono text-xs text-muted">{time}</span>
        <h3 className="font-semibold">{title}</h3>
      </div>
      <div className={css.cell} data-live={memory !== 'gone'}>
        <span className="sr-only">{`${lanes[0]}: ${memoryWords[memory]}.`}</span>
        <Ring state={memory} />
      </div>
      <div className={css.cell} data-live={cookie.token !== null}>
        <span className="sr-only">{`${lanes[1]}: ${cookie.token === null ? 'empty' : `token ${cookie.token}`}.`}</span>
        <span aria-hidden className={css.token} data-empty={cookie.token === null}>
          {cookie.token ?? '–'}
        </span>
        {cookie.copy !== undefined && (
          <span className={css.copy}>
            <span className="sr-only">In other hands: a copy of token </span>
            {cookie.copy}
          </span>
        )}
      </div>
      <div className={css.cell} data-live={!row.isEnded}>
        {wire && <span aria-hidden className={css.wire} />}
        <span className="sr-only">{`${lanes[2]}: `}</span>
        <span className={css.row} data-ended={row.isEnded}>
          {row.isEnded ? 'ended' : `head ${row.head}`}
        </span>
      </div>
      <p className={css.text}>{text}</p>
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
    <svg aria-hidden="true" viewBox="0 0 40 40" className={css.ring} data-state={state}>
      <circle cx="20" cy="20" r="15" className={css.track} />
      <circle cx="20" cy="20" r="15" pathLength="100" className={css.left} />
      <circle cx="20" cy="20" r="4" className={css.core} />
    </svg>
  );
}
