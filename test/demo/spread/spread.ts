import { resources, systemClock } from '../../../src/kube/index.ts';
import { waitFor } from '../../bed/index.ts';
import { registerMember } from '../../fleet/index.ts';
import { withLiveRows } from '../live-rows.ts';
import type { Stage } from '../stage.ts';
import { inSeconds, type Story } from '../story.ts';
import { deployment, graceSeconds, metricOf, spreadNamespace, spreadObject, workload } from './cast.ts';
import { memberNews, type MemberRow, memberTable } from './member-rows.ts';
import { membersOf, type SpreadMember } from './spread-member.ts';
import { SpreadView } from './spread-view.ts';

type Split = Readonly<Record<string, number>>;

/** What a run measured of the spread workload; a figure is missing where the story did not get that far. */
export interface SpreadFigures {
  /** Replicas that serve by member, at each turn of the story. */
  splits: Record<string, Split>;
  /** From the moment a member does not answer until others take over from it; the grace period is part of it. */
  excludedAfterSeconds?: number;
  /** From the same moment until all replicas serve on the others. */
  rebalancedAfterSeconds?: number;
  /** From the moment it answers again until everything is as it was before. */
  restoredAfterSeconds?: number;
  /** The lowest number of replicas that served while members got theirs back. */
  lowestReadyTotal?: number;
}

/** Triggers are evaluated every few seconds, an autoscaler's period is 15 s, and clusters that people have fetch images. */
const settledMs = 300_000;
const most = 10;

/** Plays how one workload is spread over all members by a trigger, how members fail, and how they get their share back. */
export async function spread(
  stage: Stage,
  story: Story,
  figures: SpreadFigures,
  signal: AbortSignal,
): Promise<void> {
  const { fleet } = stage;
  const members = membersOf(stage);
  await prepare(stage, members, signal);
  await using view = await SpreadView.open(fleet.hub, members, signal);
  const play = new Play(stage, story, view, signal);

  story.act(
    `nginx runs on ${members.length} members, one replica each. A DistributedScaledObject spreads it, one replica for 5 of a ConfigMap's number, which is 20:`,
  );
  await fleet.hub.apply(resources.distributedScaledObjects, spreadObject(), { force: true });
  figures.splits['at 20'] = await play.until('four replicas serve', (rows) => serve(rows, 4));

  story.act('The number becomes 50:');
  await fleet.hub.apply(resources.configMaps, metricOf(50), { force: true });
  figures.splits['at 50'] = await play.until('ten replicas serve', (rows) => serve(rows, most));

  const [, second, third] = members;
  if (second === undefined) return;
  await play.lose(second, figures);
  if (third !== undefined) await play.freeze(third, figures);
}

class Play {
  readonly #stage: Stage;
  readonly #story: Story;
  readonly #view: SpreadView;
  readonly #signal: AbortSignal;

  constructor(stage: Stage, story: Story, view: SpreadView, signal: AbortSignal) {
    this.#stage = stage;
    this.#story = story;
    this.#view = view;
    this.#signal = signal;
  }

  /** Shows the members until they are so, and resolves with what serves on each. */
  async until(what: string, holds: (rows: readonly MemberRow[]) => boolean): Promise<Split> {
    const view = this.#view;
    const waiting = waitFor(
      what,
      (saw) => {
        saw(view.rows);
        return holds(view.rows);
      },
      { timeoutMs: settledMs, everyMs: 20, signal: this.#signal },
    );
    await withLiveRows(this.#story, { rows: () => view.rows, table: memberTable, news: memberNews }, waiting);
    return Object.fromEntries(view.rows.map(({ member, ready = 0 }) => [member, ready]));
  }

  /** Somebody deletes the workload on a member, and puts it back. */
  async lose({ name, client }: SpreadMember, figures: SpreadFigures): Promise<void> {
    this.#story.act(`Somebody deletes Deployment nginx on ${name}; the grace period is ${graceSeconds} s:`);
    await client.delete(resources.deployments, workload, {
      propagation: 'Background',
      signal: this.#signal,
    });
    figures.splits[`without ${name}`] = await this.until('the others serve all of it', (rows) =>
      isWithout(rows, name),
    );
    this.#story.act(`It is put back on ${name}, with one replica:`);
    this.#view.beginLowest();
    await client.apply(resources.deployments, deployment(), { force: true });
    figures.splits[`${name} is back`] = await this.until('everybody has a share again', isEven);
    this.#noteLowest(figures);
  }

  /** A member's API server hangs, and comes to again; only clusters of the bed can be made to. */
  async freeze({ name, cluster }: SpreadMember, figures: SpreadFigures): Promise<void> {
    const { hang } = this.#stage;
    if (hang === undefined) return;
    this.#story.act(`The API server of ${name} hangs (SIGSTOP):`);
    const lostAt = systemClock.monotonic();
    const comeTo = await hang(cluster);
    try {
      await this.until(`${name} is excluded`, (rows) => rowOf(rows, name)?.excluded === true);
      figures.excludedAfterSeconds = secondsSince(lostAt);
      figures.splits[`${name} hangs`] = await this.until('the others serve all of it', (rows) =>
        isWithout(rows, name),
      );
      figures.rebalancedAfterSeconds = secondsSince(lostAt);
    } finally {
      await comeTo();
    }
    this.#story.outcome(
      'ok',
      `others took over after ${inSeconds(figures.excludedAfterSeconds)}, and served all of it after ${inSeconds(figures.rebalancedAfterSeconds)}`,
    );
    this.#story.act(`The API server of ${name} goes on:`);
    this.#view.beginLowest();
    const backAt = systemClock.monotonic();
    figures.splits['in the end'] = await this.until('everybody has a share again', isEven);
    figures.restoredAfterSeconds = secondsSince(backAt);
    this.#noteLowest(figures);
    this.#story.outcome(
      'ok',
      `everything is as before after ${inSeconds(figures.restoredAfterSeconds)}; never fewer than ${figures.lowestReadyTotal} replicas served`,
    );
  }

  #noteLowest(figures: SpreadFigures): void {
    const lowest = this.#view.lowestReadyTotal;
    figures.lowestReadyTotal = Math.min(figures.lowestReadyTotal ?? lowest, lowest);
  }
}

/** The workload on every member, every cluster registered as a member, and the number that the trigger reads. */
async function prepare(
  { fleet }: Stage,
  members: readonly SpreadMember[],
  signal: AbortSignal,
): Promise<void> {
  await fleet.put(resources.configMaps, metricOf(20));
  await Promise.all(
    members.map(async ({ name, client, cluster }) => {
      await fleet.put(resources.deployments, deployment(), client);
      await registerMember(fleet, name, cluster);
    }),
  );
  signal.throwIfAborted();
}

/** Takes the workload away from the hub and from every member. */
export async function endSpread({ fleet }: Stage): Promise<void> {
  const on = [fleet.hub, ...fleet.spokes.map(({ client }) => client)];
  await Promise.all(
    on.map((client) =>
      client
        .delete(resources.namespaces, { name: spreadNamespace }, { propagation: 'Background' })
        .catch(() => undefined),
    ),
  );
}

function rowOf(rows: readonly MemberRow[], member: string): MemberRow | undefined {
  return rows.find((row) => row.member === member);
}

/** So many replicas are wanted and serve, each where the hub wants it. */
function serve(rows: readonly MemberRow[], total: number): boolean {
  const wanted = rows.reduce((sum, { desired }) => sum + desired, 0);
  return wanted === total && rows.every(({ ready, desired }) => ready === desired);
}

function isWithout(rows: readonly MemberRow[], member: string): boolean {
  return (
    rowOf(rows, member)?.excluded === true &&
    serve(
      rows.filter((row) => row.member !== member),
      most,
    )
  );
}

/** Equal weights: shares differ by one at most. */
function isEven(rows: readonly MemberRow[]): boolean {
  const shares = rows.map(({ desired }) => desired);
  return serve(rows, most) && Math.max(...shares) - Math.min(...shares) <= 1;
}

function secondsSince(startedAt: number): number {
  return (systemClock.monotonic() - startedAt) / 1_000;
}
