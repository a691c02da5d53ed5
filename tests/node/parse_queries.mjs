// Parses SOQL and JQL as Jetstream's and Atlassian's own parsers do, and tells what they hold.

import { JastBuilder } from "@atlassianlabs/jql-ast";
import { parseQuery } from "@jetstreamapp/soql-parser-js";
import { input } from "./steps.mjs";

const given = await input();
const answer = { soql: given.soql.map(readSoql), jql: given.jql.map(readJql) };
process.stdout.write(JSON.stringify(answer));

function readSoql(query) {
  try {
    const { sObject, fields, where, orderBy } = parseQuery(query);
    const subqueries = fields.filter((field) => field.type === "FieldSubquery").length;
    return { sObject, fields: fields.length, subqueries, texts: textsOf(where), ordered: Boolean(orderBy) };
  } catch (error) {
    return { error: `${error.name}: ${error.message}` };
  }
}

/** The texts that a condition compares with, as they are written. */
function textsOf(condition) {
  if (!condition) return [];
  const { left, right } = condition;
  const own = left?.literalType === "STRING" ? [left.value].flat() : [];
  return [...own, ...textsOf(right)];
}

function readJql(query) {
  const { errors, query: parsed } = new JastBuilder().build(query);
  if (errors.length) return { error: errors.map((error) => error.message).join("; ") };
  return { values: valuesOf(parsed.where), ordered: Boolean(parsed.orderBy) };
}

/** The values that a clause compares with, as they are written and as they are meant. */
function valuesOf(clause) {
  if (!clause) return [];
  if (clause.clauses) return clause.clauses.flatMap(valuesOf);
  if (clause.clause) return valuesOf(clause.clause);
  const operands = clause.operand?.values ?? [clause.operand];
  return operands
    .filter((operand) => operand?.operandType === "value")
    .map(({ text, value }) => ({ text, value }));
}
