// Runs a script's steps one after the other and prints what became of each, as JSON by name.

/** What the test handed over on standard input. */
export async function input() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

/** A step that fails is told by its error, so that the others still run. */
export async function report(steps) {
  const outcomes = {};
  for (const [name, step] of Object.entries(steps)) {
    try {
      outcomes[name] = { result: (await step()) ?? null };
    } catch (error) {
      outcomes[name] = { error: describe(error) };
    }
  }
  process.stdout.write(JSON.stringify(outcomes));
}

function describe(error) {
  const answer = error.cause?.response?.data;
  const parts = [error.name, error.errorCode, error.status, error.message, error.cause?.message];
  return [...parts, answer && JSON.stringify(answer)].filter(Boolean).join(": ");
}
