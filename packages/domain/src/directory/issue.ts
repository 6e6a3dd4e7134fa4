import type { Directory, Kind } from './directory.ts';
import { nearest } from './nearest.ts';

/**
 * What is wrong with a directory document, and where. `message` follows the path ("people.mara.email: is not …") and
 * says what to do.
 */
export type Issue = {
  /**
   * Section, key, field and so on, as in the document: `['teams', 'cold', 'lead']`. An entry of a list stands by its
   * index, where the order means something, else by its value: `['teams', 'cold', 'members', 'ada']`.
   */
  readonly path: readonly (string | number)[];
  readonly message: string;
};
export type Path = Issue['path'];

/** Collects what is found wrong, and answers the questions that every check asks. */
export type Findings = {
  readonly issues: Issue[];
  report(path: Path, message: string): void;
  /** Whether the key names an item of this kind; reports when not. null names nothing, and that is right. */
  exists(kind: Kind, key: string | null, path: Path): boolean;
  /** As `exists` for a person who must be able to act: enabled, and ours. */
  canAct(key: string | null, path: Path): void;
};

/** Looking for a near key reads all of them: a document with more wrong keys than this gets no more proposals. */
const mostProposals = 20;

export function findings(directory: Directory): Findings {
  const issues: Issue[] = [];
  let proposals = 0;
  const propose = (kind: Kind, key: string): string => {
    proposals += 1;
    const near = proposals > mostProposals ? null : nearest(key, directory[kind].keys());
    return near === null ? 'correct the key, or add it to the document' : `did you mean '${near}'?`;
  };
  const report = (path: Path, message: string): void => {
    issues.push({ path, message });
  };
  const exists = (kind: Kind, key: string | null, path: Path): boolean => {
    if (key === null || directory[kind].has(key)) return true;
    report(path, `there is no ${kind} '${key}'; ${propose(kind, key)}`);
    return false;
  };
  const canAct = (key: string | null, path: Path): void => {
    if (key === null || !exists('person', key, path)) return;
    const person = directory.person.get(key);
    if (person?.disabled) {
      report(path, `'${key}' is disabled and can do nothing; name somebody else`);
    } else if (person?.roles.includes('client')) {
      report(path, `'${key}' is a client's person; name one of yours`);
    }
  };
  return { issues, report, exists, canAct };
}
