import { arrow } from '../terminal/arrow.ts';
import { ageOf } from '../terminal/human-duration.ts';
import { markWord } from '../terminal/mark.ts';
import { plainText } from '../terminal/plain-text.ts';
import { paint } from '../terminal/style.ts';
import { markOf } from './level.ts';
import type { Problem } from './problem.ts';
import type { StatusView } from './status-view.ts';

/** What is wrong, each with the one command that tells more. */
export function problemLines(problems: readonly Problem[], view: StatusView): readonly string[] {
  if (problems.length === 0) return [];
  const { style, now } = view;
  const title = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const next = style.accessible ? 'next:' : arrow(style);
  return [
    paint(style, 'bold', title),
    ...problems.flatMap(({ subject, level, code, message, since, command }) => {
      const age = since === undefined ? '' : `, for ${ageOf(since, now)}`;
      const head = `${markWord(style, markOf(level))} ${paint(style, 'bold', plainText(subject))}`;
      return [
        `${head}: ${plainText(message)}${age}`,
        `       ${code === undefined ? '' : `${code}  `}${next} ${view.command(command)}`,
      ];
    }),
  ];
}
