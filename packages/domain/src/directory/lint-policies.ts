import {
  severities,
  ticketTypes,
  type Directory,
  type PolicyTable,
  type PolicyText,
  type Span,
  type Target,
} from './directory.ts';
import { policyTexts } from './document-of.ts';
import type { Findings, Path } from './issue.ts';

/** Every policy that a table names exists and is in force. */
export function lintTable(
  directory: Directory,
  table: PolicyTable,
  path: Path,
  found: Findings,
): void {
  for (const type of [...ticketTypes, 'any' as const]) {
    for (const severity of [...severities, 'any' as const]) {
      const key = table[type]?.[severity];
      if (key === undefined) continue;
      const at = [...path, type, severity];
      if (found.exists('policy', key, at) && directory.policy.get(key)?.retired) {
        found.report(at, `policy '${key}' is retired; name another, or write it again`);
      }
    }
  }
}

/** The ladders of every policy in force. Retired ones are history and may name what is gone. */
export function lintPolicies(directory: Directory, found: Findings): void {
  for (const [key, text] of policyTexts(directory)) {
    const path = ['policies', key];
    found.canAct(text.fallback, [...path, 'fallback']);
    if (text.response.length === 0) {
      found.report(
        path,
        'pages nobody; add "response:" with at least one step of targets and a delay',
      );
    }
    text.response.forEach((step, index) => {
      const at = [...path, 'response', index];
      lintTargets(step.targets, [...at, 'targets'], found);
      if (step.delay.n === 0) {
        found.report(
          [...at, 'delay'],
          'is no time at all to answer in; write how long the step waits, like 5m',
        );
      }
    });
    lintResolution(text, path, found);
  }
}

function lintResolution(text: PolicyText, path: Path, found: Findings): void {
  let percent = 0;
  let elapsed = 0;
  text.resolution.forEach((step, index) => {
    const at = [...path, 'resolution', index, 'at'];
    lintTargets(step.targets, [...path, 'resolution', index, 'targets'], found);
    if ('percent' in step.at) {
      if (step.at.percent <= percent) {
        found.report(at, `${step.at.percent}% does not come after ${percent}%; sort the steps`);
      }
      percent = step.at.percent;
      return;
    }
    if (step.at.n === 0) {
      found.report(at, 'is the moment of the report itself; use a response step, or write 15m');
    } else if (!step.at.business) {
      const ms = elapsedMs(step.at);
      if (ms <= elapsed) found.report(at, 'does not come after the step before; sort the steps');
      elapsed = ms;
    }
  });
}

const unitMs = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

function elapsedMs(span: Span): number {
  return span.n * unitMs[span.unit];
}

function lintTargets(targets: readonly Target[], path: Path, found: Findings): void {
  if (targets.length === 0) found.report(path, 'names nobody; write on-call, lead or team');
  targets.forEach((target, index) => {
    const at = [...path, index];
    if (!('key' in target)) return;
    if (target.kind === 'person') found.canAct(target.key, at);
    else found.exists(target.kind, target.key, at);
  });
}
