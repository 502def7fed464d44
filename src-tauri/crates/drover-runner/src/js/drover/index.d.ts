/** The value of a token that the task names. It is not kept anywhere; ask again when it is needed again. */
export function secret(name: string): Promise<string>;
/** A named result of the run; anything that JSON can hold. */
export function output(name: string, value: unknown): void;
/**
 * Hands over a file. A relative path is looked for in the folder for files to keep, then in the working folder; a file
 * from elsewhere is copied into the folder first. Returns where it lies there.
 */
export function artifact(file: string, about?: { kind?: string; mime?: string }): string;
/** Draws the bar: `done` of `total`. */
export function progress(done: number, total?: number, label?: string): void;
/** Parks the run until a person resumes it. */
export function pause(reason: string): Promise<void>;
